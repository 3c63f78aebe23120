import { createIssueId } from '../../shared/format/id.ts'
import { type IssueManifest, signManifest } from '../../shared/format/issue.ts'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import type { BlobPointer } from '../../shared/network/index-entry.ts'
import { fineManifest, type HostileAuthor } from './hostile-author.ts'

const HOUR_MS = 3_600_000
/** A block that no drive of a test has. */
const NOWHERE = 100_000

/**
 * The files of one of many issues, each an hour younger than the one before, for who writes more of them at once than the program does.
 *
 * @param claimed sizes in bytes of files that it names, and of which no byte exists
 */
export function numberedIssue ({ address, newsletter: { writer } }: HostileAuthor, number: number, claimed: number[] = []): NewFile[] {
  const body = new TextEncoder().encode(`# Issue ${number}\n\nText of issue ${number}.\n`)
  const published = new Date(Date.UTC(2000, 0, 1) + number * HOUR_MS)
  const id = createIssueId(published)
  const files = claimed.map((size, i) => ({ path: `files/${i}.bin`, type: 'application/zip', size, blake2b: '0'.repeat(64), alt: '' }))
  const manifest: IssueManifest = { ...fineManifest(address, writer.id, id, body), files, number, title: `Issue ${number}`, publishedAt: published.toISOString() }
  const { bytes, signature } = signManifest(manifest, writer.signing)
  return [
    { path: manifestPath(id), blocks: () => blocksOf(bytes), metadata: { manifest: new TextDecoder().decode(bytes), signature, entries: 3 + files.length } },
    { path: signaturePath(manifestPath(id)), blocks: () => blocksOf(new TextEncoder().encode(signature)) },
    { path: issuePath(id, 'body.md'), blocks: () => blocksOf(body) },
    ...files.map(({ path, size }) => ({ path: issuePath(id, path), pointer: pointerOf(size) }))
  ]
}

function pointerOf (byteLength: number): BlobPointer {
  return { blockOffset: NOWHERE, blockLength: Math.ceil(byteLength / BLOCK_BYTES), byteOffset: 0, byteLength }
}
