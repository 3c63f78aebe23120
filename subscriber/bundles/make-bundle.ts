import type { BundleMade } from '../../shared/api/bundles.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { BUNDLE_NEWSLETTERS } from '../../shared/format/bundle.ts'
import type { Want } from '../../shared/format/want.ts'
import type { Following } from '../following/following.ts'
import type { IssueKey } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import { type Contents, driveRecords, type Written } from './bundle-contents.ts'
import { BundleWriter } from './bundle-writer.ts'

/** What goes into a bundle: whole newsletters, or single issues; less by time, or by what its receiver has. */
export interface BundleSelection {
  newsletters: Address[]
  issues: IssueKey[]
  /** ISO 8601; issues published before are left out. */
  since: string | null
  want: Want | null
}

export interface MakingParts { following: Following, library: Library }

/**
 * Writes a new bundle, or replaces one.
 *
 * @param report bytes written so far
 * @throws AppError BAD_REQUEST, NOT_COMPLETE, BAD_SOURCE, DISK_FULL
 */
export async function makeBundle (path: string, selection: BundleSelection, parts: MakingParts, report: (bytes: number) => void): Promise<BundleMade> {
  const contents = contentsOf(selection)
  if (contents.length === 0) throw new AppError('BAD_REQUEST', 'Nothing was named to be put into the bundle. Name newsletters, issues, or a file of wants.')
  if (contents.length > BUNDLE_NEWSLETTERS) throw new AppError('BAD_REQUEST', `One bundle holds at most ${BUNDLE_NEWSLETTERS} newsletters. Name fewer, and make several.`)
  const file = await BundleWriter.create(path)
  try {
    const newsletters = []
    for (const of of contents) newsletters.push(await writeNewsletter(file, of, parts, report))
    await file.finish()
    return { path, sizeBytes: file.sizeBytes, newsletters }
  } catch (error) {
    await file.discard()
    throw error
  }
}

async function writeNewsletter (
  file: BundleWriter, contents: Contents, { following, library }: MakingParts, report: (bytes: number) => void
): Promise<BundleMade['newsletters'][number]> {
  const { newsletter, ids } = contents
  const follower = following.get(newsletter)
  if (!follower.root) throw new AppError('NOT_COMPLETE', 'Nothing of this newsletter has come yet, so there is nothing to put into a bundle.')
  await follower.caughtUp({ checked: true })
  const written: Written = { issues: 0, incomplete: 0 }
  await file.write({ type: 'newsletter', address: newsletter, chain: follower.root.chain.files })
  for (const { writer, reader } of follower.readersByWriter) {
    for await (const record of driveRecords(reader, writer, contents, library, written)) {
      await file.write(record)
      report(file.sizeBytes)
    }
  }
  if (ids && written.issues < ids.size) throw new AppError('NOT_COMPLETE', 'An issue that was named is not complete on this node yet, and can not be put into a bundle.')
  return { newsletter, title: (await library.newsletter(newsletter))?.title ?? '', ...written }
}

function contentsOf ({ newsletters, issues, since, want }: BundleSelection): Contents[] {
  const named = newsletters.length > 0 || issues.length > 0 ? newsletters : (want?.newsletters ?? []).map(({ newsletter }) => newsletter)
  const whole = new Set(named)
  const single = new Map<Address, Set<string>>()
  for (const { newsletter, id } of issues) if (!whole.has(newsletter)) single.set(newsletter, (single.get(newsletter) ?? new Set()).add(id))
  return [...[...whole].map(newsletter => [newsletter, null] as const), ...single].map(([newsletter, ids]) => ({
    newsletter, ids, since: ids ? null : since, want: want && (want.newsletters.find(wanted => wanted.newsletter === newsletter)?.drives ?? [])
  }))
}
