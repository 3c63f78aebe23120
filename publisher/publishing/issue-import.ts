import { stat } from 'node:fs/promises'
import type { Imported, Published } from '../../shared/api/issues.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import { type FoundIssue, findIssues } from '../importing/find-issues.ts'
import { preparePath } from '../importing/prepare-issue.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'
import { hasSaid, importedId, publishPrepared, type PublishingRun } from './issue-publishing.ts'

/** A bulk import makes sure of what it has written every so many issues. */
const SYNC_EVERY = 64

export type Report = (done: number, total: number, name: string) => void

/** So many names are told. */
const NAMES = 20

/** @throws AppError BAD_SOURCE when there is nothing to import in a folder */
export async function foundIn (path: string): Promise<{ sources: FoundIssue[], notes: string[] }> {
  const { issues: sources, links } = await findIssues(path)
  const notes = links.length === 0 ? [] : [`Passed over, because symbolic links are not followed: ${links.slice(0, NAMES).join(', ')}${links.length > NAMES ? ' …' : ''}.`]
  if (sources.length === 0) throw new AppError('BAD_SOURCE', [`${path} holds no Markdown files and no folders with one.`, ...notes].join(' '))
  return { sources, notes }
}

/** Publishes issues in the order of their dates. One that can't be published does not keep the others back. */
export async function importSources (run: PublishingRun, { sources, notes }: { sources: FoundIssue[], notes: string[] }, report: Report): Promise<Imported> {
  const imported: Imported = { published: 0, already: 0, failed: [], notes: [...notes], sizeBytes: 0 }
  let safe = 0
  try {
    for (const [i, source] of sources.entries()) {
      report(i, sources.length, source.name)
      await importOne(run, source, imported)
      if (imported.published - safe < SYNC_EVERY) continue
      await makeSafe(run)
      safe = imported.published
    }
    await makeSafe(run)
  } catch (error) {
    throw await endedEarly(run, error, `${imported.published} of ${sources.length} issues`, imported.published > 0)
  }
  return imported
}

/** What is told of an import that ends before its time: whether what it has written is safe, besides what is wrong with the machine. */
async function endedEarly (run: PublishingRun, error: unknown, many: string, isAny: boolean): Promise<unknown> {
  const unsafe = error instanceof NotSafe ? error : await makeSafe(run).then(() => null, (failure: NotSafe) => failure)
  const reason = error instanceof NotSafe ? error.cause : error
  if (!isAny) return reason
  if (!unsafe) return isAppError(reason) ? new AppError(reason.code, `${many} were published. ${reason.message}`, { cause: reason }) : reason
  const code = [unsafe.cause, reason].find(isAppError)?.code ?? 'INTERNAL'
  return new AppError(code, `${many} were written, and are not safe yet, though readers may have them: do the same again. ${messageOf(reason)}`, { cause: unsafe.cause })
}

/** What was written could not be made safe; `cause`: why. */
class NotSafe extends Error {}

/** Once more where it fails: what is safe then is no reason to end. @throws NotSafe */
async function makeSafe ({ writer }: PublishingRun): Promise<void> {
  await writer.sync().catch(async () => await writer.sync()).catch((cause: unknown) => {
    throw new NotSafe(messageOf(cause), { cause })
  })
}

/** Another text of the same name and date would have the same id. @throws AppError CONFLICT */
async function checkSame ({ library, newsletter: { address } }: PublishingRun, { id, title, publishedAt }: Published, prepared: PreparedIssue): Promise<void> {
  const isSame = await hasSaid(library, address, id, prepared).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'NOT_COMPLETE') return true // what is not here can not be compared
    throw error
  })
  if (isSame) return
  throw new AppError('CONFLICT', `There is an issue of this name and date (${publishedAt.slice(0, 10)}) already, and it never said what "${title}" says. Give this text another name or date, or correct that issue with it.`)
}

async function importOne (run: PublishingRun, source: FoundIssue, imported: Imported): Promise<void> {
  try {
    const prepared = await preparePath(source.path)
    const publishedAt = prepared.publishedAt ?? (await stat(source.path)).mtime.toISOString()
    const id = importedId(run.newsletter.address, prepared, publishedAt)
    const published = await publishPrepared(run, { ...prepared, publishedAt }, { id, dryRun: false })
    if (published.outcome === 'already') {
      await checkSame(run, published, prepared)
      imported.already++
    } else {
      imported.published++
      imported.sizeBytes += published.sizeBytes
      imported.notes.push(...prepared.notes.map(note => `${source.name}: ${note}`))
    }
  } catch (error) {
    // What is wrong with one text is told beside it; what is wrong with the machine ends the import.
    if (!isAppError(error) || error.code === 'DISK_FULL' || error.code === 'BEHIND') throw error
    imported.failed.push({ name: source.name, code: error.code, reason: error.message })
  }
}
