import type { Address } from '../shared/format/address.ts'

/** An issue as the library of this node holds it. */
export interface OwnIssue {
  id: string
  number: number
  title: string
  publishedAt: string
  /** Text of issue.json. */
  manifest: string
}

export interface OwnDescription { title: string, description: string, language: string, authors: string[] }

/** What the publishing side asks of the reading side of its node, which follows the own newsletters as well. */
export interface OwnLibrary {
  follow (address: Address): Promise<void>
  /** Returns when everything that was written is known. */
  caughtUp (address: Address): Promise<void>
  /** How the newsletter describes itself now. */
  description (address: Address): Promise<OwnDescription>
  highestNumber (address: Address): Promise<number>
  issue (address: Address, id: string): Promise<OwnIssue | null>
  /** Issues whose text has this BLAKE2b-256 hash. */
  withBody (address: Address, bodyHash: string): Promise<OwnIssue[]>
}
