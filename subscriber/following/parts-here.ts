import { parseRevisionPath } from '../../shared/format/paths.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryIssue, LibraryPart } from '../library/library-issue.ts'
import { MANIFEST, SIGNATURE } from './issue-record.ts'

/** How much of an issue's text and files is here while it is being downloaded. */
export class PartsHere {
  #sizeBytes: number
  #parts: { part: LibraryPart, missingBlocks: number }[]
  #bytes: number

  private constructor (sizeBytes: number, bytes: number, parts: { part: LibraryPart, missingBlocks: number }[]) {
    this.#sizeBytes = sizeBytes
    this.#bytes = bytes
    this.#parts = parts
  }

  static async of (reader: DriveReader, { sizeBytes, locations }: LibraryIssue): Promise<PartsHere> {
    const content = locations.filter(({ path }) => path !== MANIFEST && path !== SIGNATURE && !parseRevisionPath(path))
    let bytes = 0
    const parts = await Promise.all(content.map(async part => {
      const here = await reader.here(part)
      bytes += here.bytes
      return { part, missingBlocks: part.blockLength - here.blocks }
    }))
    return new PartsHere(sizeBytes, bytes, parts)
  }

  /** A block of the drive arrived. */
  arrived (index: number, sizeBytes: number): void {
    const found = this.#parts.find(({ part }) => index >= part.blockOffset && index < part.blockOffset + part.blockLength)
    if (!found) return
    found.missingBlocks = Math.max(0, found.missingBlocks - 1)
    this.#bytes = Math.min(this.#sizeBytes, this.#bytes + sizeBytes)
  }

  get bytes (): number { return this.#bytes }

  /** Parts of which nothing is missing. */
  get parts (): number { return this.#parts.filter(({ missingBlocks }) => missingBlocks === 0).length }
}
