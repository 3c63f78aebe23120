import type { BundleOpened, BundleProgress } from '../../shared/api/bundles.ts'
import { checkRoom } from '../../shared/disk-room.ts'
import { AppError, failures, isAppError } from '../../shared/errors.ts'
import { fileAt } from '../../shared/file-at.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { CoreSink } from '../../shared/network/bundles/core-sink.ts'
import type { Following, FollowingParts } from '../following/following.ts'
import { BundleCheck, type CheckedNewsletter } from './bundle-check.ts'
import { bundleRecords } from './bundle-records.ts'

export interface OpeningParts extends Pick<FollowingParts, 'peer' | 'meeting' | 'roots' | 'library'> {
  following: Following
  /** Where the store lies. */
  home: string
}

/**
 * Checks a whole bundle, then takes over what is new in it, and subscribes to newsletters that are new here. Killed in
 * between, it leaves blocks that are right, and goes on with them when the bundle is opened again.
 *
 * @throws AppError with what is wrong; nothing was taken over then, unless it is DISK_FULL or CONFLICT
 */
export async function openBundle (path: string, parts: OpeningParts, report: (progress: BundleProgress) => void): Promise<BundleOpened> {
  const { size: totalBytes } = await fileAt(path)
  const check = new BundleCheck(core => CoreSink.extentIn(parts.peer.store, core))
  try {
    for await (const record of bundleRecords(path, doneBytes => report({ doing: 'checking', doneBytes, totalBytes }))) await check.take(record)
    check.end()
  } catch (error) {
    throw refusal(error)
  }
  await checkRoom(parts.home, totalBytes)

  const readyIn = async (address: Address): Promise<number> => (await parts.library.counts(address)).ready
  const before = await Promise.all(check.newsletters.map(({ address }) => readyIn(address)))
  const taken = await takeCores(path, check.newsletters, parts, doneBytes => report({ doing: 'taking', doneBytes, totalBytes }))
  const newsletters = []
  for (const [i, newsletter] of check.newsletters.entries()) newsletters.push(await takeRoot(newsletter, before[i]!, parts))
  return { path, sizeBytes: totalBytes, ...taken, newsletters }
}

/** What is wrong with a block or a root says nothing of the file that it lies in. */
function refusal (error: unknown): unknown {
  if (!isAppError(error) || failures[error.code].exit !== failures.NOT_VERIFIED.exit || error.code === 'BAD_BUNDLE') return error
  return new AppError(error.code, `${error.message} Nothing of the bundle was taken over: copy it again, or ask for another one.`, { cause: error })
}

/** Gives the number of bytes that were not here, and of those that were left out. */
async function takeCores (
  path: string, newsletters: CheckedNewsletter[], { peer }: OpeningParts, report: (bytes: number) => void
): Promise<Pick<BundleOpened, 'newBytes' | 'leftOutBytes'>> {
  const cores = newsletters.flatMap(({ cores }) => cores).values()
  const opened: CoreSink[] = []
  try {
    for await (const record of bundleRecords(path, report)) {
      if (record.type === 'core') {
        const checked = cores.next().value
        await opened.at(-1)?.close()
        const sink = new CoreSink(peer.store, record.core)
        opened.push(sink)
        await sink.ready()
        if (!checked || sink.length !== checked.from) throw new AppError('CONFLICT', 'The newsletter or the file has changed while the bundle was being opened. Open it again.')
        await sink.grow(checked.upgrade, checked.isEndProved)
      } else if (record.type === 'bridge') opened.at(-1)?.bridge(record.nodes)
      else if (record.type === 'block') await opened.at(-1)?.put(record.block)
    }
  } finally {
    await opened.at(-1)?.close()
  }
  await peer.store.storage.db.flush()
  const sumOf = (of: 'newBytes' | 'leftOutBytes'): number => opened.reduce((sum, sink) => sum + sink[of], 0)
  return { newBytes: sumOf('newBytes'), leftOutBytes: sumOf('leftOutBytes') }
}

/** Last, so that a newsletter that is new here appears with its issues. */
async function takeRoot (
  { address, chain }: CheckedNewsletter, readyBefore: number, { following, roots, meeting, library }: OpeningParts
): Promise<BundleOpened['newsletters'][number]> {
  const isNew = !following.has(address)
  const changed = await roots.offer(chain)
  if (isNew) await following.follow(address, 'subscribed')
  const follower = following.get(address)
  if (changed && !isNew) {
    await follower.rootChanged()
    await meeting.announce(address)
  }
  await follower.lookAgain()
  const [known, { total, ready }] = await Promise.all([library.newsletter(address), library.counts(address)])
  return { newsletter: address, link: formatAddress(address), title: known?.title ?? '', subscribed: isNew, issues: { new: ready - readyBefore, ready, known: total } }
}
