import { buffer } from 'node:stream/consumers'
import type { Published } from '../../shared/api/issues.ts'
import { blake2b256, blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { type IssueManifest, readManifest } from '../../shared/format/issue.ts'
import { MANIFEST_NAME, parseRevisionPath } from '../../shared/format/paths.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'
import type { OwnIssue, OwnLibrary } from '../own-library.ts'
import { manifestOf } from './manifest-of.ts'
import type { NewsletterWriter } from './newsletter-writer.ts'

export interface NewsletterDefaults { address: string, authors: string[], language: string }

/** What a run of publishing needs to know; counts up as it goes. */
export interface PublishingRun {
  writer: NewsletterWriter
  library: OwnLibrary
  newsletter: NewsletterDefaults
  nextNumber: number
}

/**
 * Writes a prepared issue, unless it is there already. Not synced yet.
 *
 * @param id instead of one made of time and chance
 */
export async function publishPrepared (run: PublishingRun, prepared: PreparedIssue, { id, dryRun }: { id?: string, dryRun: boolean }): Promise<Published> {
  const { writer, library, newsletter: { address, authors, language } } = run
  const same = await findSame(library, address, prepared)
  if (same) return outcome('already', address, same.id, same.number, same.publishedAt, prepared)

  const publishedAt = prepared.publishedAt ?? new Date().toISOString()
  const issueId = id ?? createIssueId(new Date(publishedAt))
  if (await writer.has(issueId)) {
    const known = await library.issue(address, issueId)
    return outcome('already', address, issueId, known?.number ?? 0, known?.publishedAt ?? publishedAt, prepared)
  }
  const manifest = manifestOf(prepared, { newsletter: address, writer: writer.id, id: issueId, number: run.nextNumber, authors, language, publishedAt })
  readManifest(writeJson(manifest))
  await writer.checkTime(manifest)
  if (!dryRun) {
    await library.wrote(address, issueId)
    await writer.writeIssue(manifest, prepared)
  }
  run.nextNumber++
  return outcome(dryRun ? 'dryRun' : 'published', address, issueId, manifest.number, publishedAt, prepared)
}

/** An id that one text of one newsletter always gets, so that a folder imported again adds nothing. */
export function importedId (address: string, { sourceName }: PreparedIssue, publishedAt: string): string {
  return createIssueId(new Date(publishedAt), blake2b256(new TextEncoder().encode(`${address}\n${sourceName}`)))
}

/** True when an issue, or an earlier revision of it, has the title, text and files of what was prepared. */
export async function hasSaid (library: OwnLibrary, address: string, id: string, prepared: PreparedIssue): Promise<boolean> {
  await library.caughtUp(address)
  const { manifest, parts } = await library.stored(address, id)
  if (isSame(readManifest(Buffer.from(manifest)), prepared)) return true
  for (const { path, blocks } of parts) {
    if (parseRevisionPath(path)?.rest === MANIFEST_NAME && isSame(readManifest(await buffer(blocks())), prepared)) return true
  }
  return false
}

/** An issue with the same title, text and files. */
async function findSame (library: OwnLibrary, address: string, prepared: PreparedIssue): Promise<OwnIssue | null> {
  for (const issue of await library.withBody(address, blake2b256Hex(prepared.body))) {
    if (isSame(readManifest(Buffer.from(issue.manifest)), prepared)) return issue
  }
  return null
}

function isSame ({ title, body, files }: IssueManifest, prepared: PreparedIssue): boolean {
  const listed = (files: { path: string, blake2b: string }[]): string => files.map(({ path, blake2b }) => `${path} ${blake2b}`).sort().join('\n')
  return title === prepared.title && body.blake2b === blake2b256Hex(prepared.body) && listed(files) === listed(prepared.files)
}

function outcome (outcome: Published['outcome'], address: string, id: string, number: number, publishedAt: string, { title, body, files, notes }: PreparedIssue): Published {
  return {
    outcome,
    id,
    ref: `${id}@${address}`,
    number,
    title,
    publishedAt,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, body.length),
    files: files.map(({ path }) => path),
    notes
  }
}
