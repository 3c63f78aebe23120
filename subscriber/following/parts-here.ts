import { MANIFEST_NAME, parseRevisionPath, signaturePath } from '../../shared/format/paths.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryPart } from '../library/library-issue.ts'

/** How much of an issue's text and files is here while it is being downloaded. */
export class PartsHere {
  #parts: { part: LibraryPart, missingBlocks: number }[]
  #bytes: number

  private constructor (bytes: number, parts: { part: LibraryPart, missingBlocks: number }[]) {
    this.#bytes = bytes
    this.#parts = parts
  }

  /** @param wanted of an issue; what was signed does not count */
  static async of (reader: DriveReader, wanted: LibraryPart[]): Promise<PartsHere> {
    const content = wanted.filter(({ path }) => path !== MANIFEST_NAME && path !== signaturePath(MANIFEST_NAME) && !parseRevisionPath(path))
    let bytes = 0
    const parts = await Promise.all(content.map(async part => {
      const here = await reader.here(part)
      bytes += here.bytes
      return { part, missingBlocks: part.blockLength - here.blocks }
    }))
    return new PartsHere(bytes, parts)
  }

  /** A block of the drive arrived. */
  arrived (index: number, sizeBytes: number): void {
    const found = this.#parts.find(({ part }) => index >= part.blockOffset && index < part.blockOffset + part.blockLength)
    if (!found) return
    found.missingBlocks = Math.max(0, found.missingBlocks - 1)
    this.#bytes = Math.min(this.wantedBytes, this.#bytes + sizeBytes)
  }

  get bytes (): number { return this.#bytes }

  /** Parts of which nothing is missing. */
  get parts (): number { return this.#parts.filter(({ missingBlocks }) => missingBlocks === 0).length }

  get wantedBytes (): number { return this.#parts.reduce((sum, { part }) => sum + part.byteLength, 0) }

  get wantedParts (): number { return this.#parts.length }
}
