import type { Address } from '../shared/format/address.ts'

/** An issue as the library of this node holds it. */
export interface OwnIssue {
  id: string
  /** That readers see. */
  number: number
  title: string
  publishedAt: string
  /** Text of issue.json. */
  manifest: string
}

/** A complete, verified issue with its bytes. */
export interface StoredIssue {
  /** Id of the writer on whose drive it lies. */
  writer: string
  /** Text of issue.json. */
  manifest: string
  /** All its parts: manifest, signature, text, files, and what is kept of earlier revisions. */
  parts: { path: string, sizeBytes: number, blocks: () => AsyncIterable<Uint8Array> }[]
}

export interface OwnDescription { title: string, description: string, language: string, authors: string[] }

/** How far a writer's drive is known, or up to one of its issues. */
export interface SeenDrive {
  /** Blocks of its index. */
  length: number
  /** Hypercore's tree hash at that length, in hex. */
  treeHash: string
  /** Connected peers that tell how long it is, by the beginning of their keys. */
  peers: string[]
  /** Verified issues below `length`, and those after it. */
  issues: number
  after: number
  /** Everything of the newsletter came to be known, in this run, that connected peers tell of. */
  settled: boolean
}

/** What the publishing side asks of the reading side of its node, which follows the own newsletters as well. */
export interface OwnLibrary {
  /** Follows a newsletter as one that is written here, or (false) only read. `announce`: whether others find this node by it. */
  follow (address: Address, own: boolean, announce?: boolean): Promise<void>
  /** Follows a newsletter as a reader, to write in it again, unless it is followed already. */
  read (address: Address): Promise<void>
  /** An issue is about to be written here: it is no news to who reads here. */
  wrote (address: Address, id: string): Promise<void>
  /** Returns when everything that was written is known. */
  caughtUp (address: Address): Promise<void>
  /** How the newsletter describes itself now. */
  description (address: Address): Promise<OwnDescription>
  /** Of those that readers see; 0 without an issue. */
  highestNumber (address: Address): Promise<number>
  issue (address: Address, id: string): Promise<OwnIssue | null>
  /**
   * Waits until what is here was verified.
   *
   * @throws AppError ISSUE_NOT_FOUND, NOT_COMPLETE, NOT_VERIFIED
   */
  stored (address: Address, id: string): Promise<StoredIssue>
  /** Gives the disk back what was erased. */
  compact (): Promise<unknown>
  /** How much of the disk everything takes that this node holds. */
  storeBytes (): Promise<number>
  /** Issues whose text has this BLAKE2b-256 hash. */
  withBody (address: Address, bodyHash: string): Promise<OwnIssue[]>
  /**
   * @param lastIssue id or ref of the writer's last issue that counts; without: everything that is known
   * @throws AppError NOT_FOUND, ISSUE_NOT_FOUND
   */
  seen (address: Address, writer: string, lastIssue?: string): Promise<SeenDrive>
}
