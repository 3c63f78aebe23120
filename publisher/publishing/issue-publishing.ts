import type { Published } from '../../shared/api/issues.ts'
import { blake2b256, blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { readManifest } from '../../shared/format/issue.ts'
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

/** An issue with the same title, text and files. */
async function findSame (library: OwnLibrary, address: string, prepared: PreparedIssue): Promise<OwnIssue | null> {
  const files = prepared.files.map(({ path, blake2b }) => `${path} ${blake2b}`).sort().join('\n')
  for (const issue of await library.withBody(address, blake2b256Hex(prepared.body))) {
    const theirs = readManifest(Buffer.from(issue.manifest)).files.map(({ path, blake2b }) => `${path} ${blake2b}`).sort().join('\n')
    if (issue.title === prepared.title && theirs === files) return issue
  }
  return null
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
