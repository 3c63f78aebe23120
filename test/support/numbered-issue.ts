import { createIssueId } from '../../shared/format/id.ts'
import { type IssueManifest, signManifest } from '../../shared/format/issue.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import { fineManifest, type HostileAuthor } from './hostile-author.ts'

const HOUR_MS = 3_600_000

/** The files of one of many issues, each an hour younger than the one before, for who writes more of them at once than the program does. */
export function numberedIssue ({ address, newsletter: { writer } }: HostileAuthor, number: number): NewFile[] {
  const body = new TextEncoder().encode(`# Issue ${number}\n\nText of issue ${number}.\n`)
  const published = new Date(Date.UTC(2000, 0, 1) + number * HOUR_MS)
  const id = createIssueId(published)
  const manifest: IssueManifest = { ...fineManifest(address, writer.id, id, body), number, title: `Issue ${number}`, publishedAt: published.toISOString() }
  const { bytes, signature } = signManifest(manifest, writer.signing)
  return [
    { path: manifestPath(id), blocks: () => blocksOf(bytes), metadata: { manifest: new TextDecoder().decode(bytes), signature, entries: 3 } },
    { path: signaturePath(manifestPath(id)), blocks: () => blocksOf(new TextEncoder().encode(signature)) },
    { path: issuePath(id, 'body.md'), blocks: () => blocksOf(body) }
  ]
}
