import { AppError } from '../../shared/errors.ts'
import { type IssueManifest, isTombstone } from '../../shared/format/issue.ts'
import { BODY_NAME, isDocumentPath, MANIFEST_NAME, parseRevisionPath, revisionPath, signaturePath } from '../../shared/format/paths.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import type { PreparedFile } from '../importing/prepared-issue.ts'
import type { StoredIssue } from '../own-library.ts'
import type { NewsletterWriter } from '../publishing/newsletter-writer.ts'

/** Readers look at so many entries of earlier revisions. */
const MOST_KEPT = 1_000
const SIGNATURE_NAME = signaturePath(MANIFEST_NAME)

/** A revision to be written, and the issue that it follows. */
export interface RevisionParts {
  manifest: IssueManifest
  body: Uint8Array
  files: PreparedFile[]
  before: IssueManifest
  stored: StoredIssue
}

/**
 * What stands beside the manifest of a later revision: its own text and files, and all that is kept of earlier ones. What
 * lies on the drive already is not written again.
 *
 * @returns paths in the issue, and how many bytes are to be written
 */
export async function revisionFiles (writer: NewsletterWriter, revision: RevisionParts): Promise<{ files: NewFile[], sizeBytes: number }> {
  const { manifest, body, files, before, stored } = revision
  const isErasure = manifest.change === 'erasure'
  const kept: NewFile[] = []
  let sizeBytes = body.length
  const keep = async (path: string, as: string): Promise<void> => {
    const part = stored.parts.find(candidate => candidate.path === path)
    const pointer = stored.writer === writer.id ? await writer.pointerOf(manifest.id, path) : null
    if (pointer) kept.push({ path: as, pointer })
    else if (part) {
      kept.push({ path: as, blocks: part.blocks })
      sizeBytes += part.sizeBytes
    }
  }
  const stays = (path: string): boolean => sameFile(before, manifest, path)

  for (const { path } of manifest.files) if (stays(path)) await keep(path, path)
  const written = files.filter(({ path }) => !stays(path))
  sizeBytes += written.reduce((sum, file) => sum + file.sizeBytes, 0)

  const gone = before.files.filter(({ path }) => !stays(path)).map(({ path }) => path)
  const earlier = stored.parts.map(({ path }) => path).filter(path => parseRevisionPath(path)).sort((a, b) => revisionOf(b) - revisionOf(a))
  const past = [
    ...[MANIFEST_NAME, SIGNATURE_NAME, ...isErasure ? [] : [BODY_NAME, ...gone]].map(path => ({ path, as: revisionPath(before.revision, path) })),
    ...earlier.filter(path => !isErasure || isDocumentPath(path)).map(path => ({ path, as: path }))
  ]
  // Whatever another writer has piled up, an issue can be withdrawn: with as much of its past as readers carry, the newest of it.
  for (const { path, as } of isTombstone(manifest) ? past.slice(0, MOST_KEPT) : past) await keep(path, as)

  if (kept.length > MOST_KEPT) throw new AppError('CONFLICT', 'The issue has more of a past than readers carry. Publish what there is to say as a new issue.')
  const paths = new Set([...manifest.files.map(({ path }) => path), ...kept.map(({ path }) => path)])
  const removed = [...before.files.map(({ path }) => path), ...earlier].filter(path => !paths.has(path))
  return {
    files: [
      { path: BODY_NAME, blocks: () => blocksOf(body) },
      ...written.map(({ path, blocks }) => ({ path, blocks })),
      ...kept,
      // A drive that holds them no longer lists them no longer.
      ...(stored.writer === writer.id ? removed.map(path => ({ path, pointer: null })) : [])
    ],
    sizeBytes
  }
}

function revisionOf (path: string): number {
  return parseRevisionPath(path)!.revision
}

function sameFile (before: IssueManifest, after: IssueManifest, path: string): boolean {
  const [old, now] = [before, after].map(({ files }) => files.find(file => file.path === path))
  return old !== undefined && old.blake2b === now?.blake2b && old.size === now.size
}
