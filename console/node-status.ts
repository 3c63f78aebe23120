import type { DiskWatch } from './disk-watch.ts'
import { CAREFUL_MS, type Restarts } from './restarts.ts'
import { daysLeft } from '../shared/api/expiry.ts'
import type { Writer } from '../shared/api/newsletters.ts'
import type { Status } from '../shared/api/node.ts'
import type { MachineKey } from '../shared/machine-key.ts'
import type { Histories } from '../shared/network/histories/histories.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { Damage } from '../shared/saved-value.ts'
import type { Drafts } from '../publisher/drafts/drafts.ts'
import type { KeyLocks } from '../publisher/keys/key-locks.ts'
import type { NewsletterWriters } from '../publisher/publishing/newsletter-writers.ts'
import type { Library } from '../subscriber/library/library.ts'
import { DAMAGED } from '../subscriber/library/library-files.ts'
import type { NewsletterView } from '../subscriber/newsletter-view.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'
import type { Subscriptions } from '../subscriber/subscriptions.ts'

export interface NodeStatusParts {
  peer: Peer
  disk: DiskWatch
  library: Pick<Library, 'damagedMarks' | 'damaged'>
  subscriber: Subscriber
  subscriptions: Subscriptions
  histories: Pick<Histories, 'asides'>
  drafts: Drafts
  writers: NewsletterWriters
  locks: KeyLocks
  machineKey: MachineKey
  /** Null: it was started once. */
  restarts: Restarts | null
  home: string
  version: string
  startedAt: Date
}

/** What the node is and does, in numbers and in one plain sentence. */
export async function nodeStatus (parts: NodeStatusParts): Promise<Status> {
  const { peer, disk, library, subscriber, subscriptions, histories, drafts, writers, locks, machineKey, restarts, home, version, startedAt } = parts
  const [newsletters, { total, ready, notVerified }, asides] = await Promise.all([subscriber.newsletters(), subscriber.counts(), histories.asides()])
  const own = newsletters.filter(({ role }) => role === 'own')
  const locked = own.filter(({ address }) => locks.stateOf(address) === 'locked').length
  // What is only written or kept here is in no inbox.
  const subscribed = newsletters.filter(newsletter => newsletter.subscribed)
  const unread = subscribed.reduce((sum, { issues }) => sum + issues.unread, 0)
  return {
    version,
    home,
    // Of whoever watches over it, whose end is its end.
    pid: process.connected ? process.ppid : process.pid,
    startedAt: startedAt.toISOString(),
    network: { state: peer.online ? peer.connections > 0 ? 'connected' : 'alone' : 'off', peers: peer.connections, sentence: sentenceOf(peer, newsletters.length) },
    newsletters: { own: own.length, subscribed: subscribed.length, locked, stale: subscribed.filter(({ freshness }) => freshness.stale).length },
    issues: { total, ready, unread, notVerified },
    problems: [
      ...disk.problem ? [disk.problem] : [], ...failureOf(restarts), ...storeDamageOf(peer),
      ...damageOf(subscriptions), ...keepingDamageOf(subscriber), ...historiesDamageOf(asides),
      ...marksDamageOf(library), ...libraryDamageOf(library), ...drafts.problems,
      ...machineKeyOf(machineKey, own, writers),
      ...newsletters.flatMap(newsletter => troublesOf(newsletter, writers))
    ],
    missingMachineKey: machineKey.missing,
    restarts: restarts?.count ?? 0,
    refused: peer.refused,
    memoryBytes: process.memoryUsage.rss()
  }
}

/** Of one newsletter: what stops its writer here, and what a reader has to decide. */
function troublesOf ({ address, title, role, writers: all }: NewsletterView, writers: NewsletterWriters): Status['problems'] {
  const found = writers.trouble(address)
  const isTold = found?.code === 'RETIRED' || (role === 'own' && found?.code !== 'NO_MACHINE_KEY') // that one is of all newsletters, and told once
  const trouble = isTold ? found : null
  const waiting = all.flatMap(({ otherHistory }) => otherHistory?.isWaiting ? [{ code: 'OTHER_HISTORY', reason: `${title}: ${otherHistory.reason}` }] : [])
  const expiring = role === 'own' ? all.flatMap(writer => expiryOf(writer)) : []
  const told = [...trouble ? [trouble] : [], ...expiring]
  return [...told.map(({ code, reason }) => ({ code, reason: `${title}: ${reason}` })), ...waiting]
}

/** Of the whole home; of what another machine key has sealed, while that is not here, too. */
function machineKeyOf (machineKey: MachineKey, own: NewsletterView[], writers: NewsletterWriters): Status['problems'] {
  const closed = own.flatMap(({ address }) => writers.trouble(address) ?? []).find(({ code }) => code === 'NO_MACHINE_KEY')
  const problem = machineKey.problem ?? closed
  return problem ? [problem] : []
}

/** Giving a writer more time takes the words, which may lie far away. */
function expiryOf (writer: Writer): Status['problems'] {
  const days = daysLeft(writer, Date.now())
  if (days === null) return []
  const left = days < 0 ? 'its time is up' : days === 0 ? 'less than a day is left' : days === 1 ? '1 day is left' : `${days} days are left`
  return [{ code: 'EXPIRED', reason: `The writer ${writer.name || writer.id} may publish until ${writer.expires}: ${left}. "colporteur writers change" gives it more time, with the words.` }]
}

/** Said until somebody starts the node anew: a failure is nothing to get used to. */
function failureOf (restarts: Restarts | null): Status['problems'] {
  if (!restarts) return []
  const { last, inARow, isCareful } = restarts
  const careful = `The node fails soon after each start (${inARow} times in a row). So that what is here can be read, it meets nobody and reads nothing new for ${CAREFUL_MS / 1_000} s; then it tries that again.`
  const told = [...last ? [lastFailureOf(restarts, last)] : [], ...isCareful ? [careful] : []]
  return told.map(reason => ({ code: 'INTERNAL', reason }))
}

function lastFailureOf ({ count, inARow, waitedMs }: Restarts, { at, reason }: NonNullable<Restarts['last']>): string {
  const why = /[.!?]$/.test(reason) ? reason : `${reason}.`
  const later = waitedMs === 0 ? '' : ` It failed ${inARow} times in a row, each within a minute: ${waitedMs / 1_000} s were waited before this start, and it is longer each time, up to a minute.`
  return `The node failed and was started again by itself, ${count === 1 ? 'once' : `${count} times`}, last at ${at}: ${why}${later}`
}

function storeDamageOf ({ damagedStore }: Peer): Status['problems'] {
  return damagedStore === null ? [] : [{ code: 'INTERNAL', reason: `The store was damaged, and is kept as ${damagedStore}. What it held is fetched again from others; a newsletter that is written here goes on when its readers have given back what was published. When all is there, delete that folder.` }]
}

function damageOf ({ damage }: Subscriptions): Status['problems'] {
  return damage === null ? [] : [{ code: 'BAD_CONFIG', reason: `The file that lists the subscriptions was changed by something other than this program (damage, or a hand), and ${whereIs(damage)}. What can be read of it counts, and the rest was put together again from the library: see whether one is missing, paused no longer, or one that you do not know, and whether policies are as you want them. Until you say otherwise, nobody finds this node by what was missing: "colporteur announce". Until ${damage.aside === null ? 'it is written anew and you have looked' : 'you have looked, deleted that file and started the node anew'}, no policy takes anything off the disk but one that you set: "colporteur policy".` }]
}

function keepingDamageOf ({ keeping: { damage } }: Subscriber): Status['problems'] {
  return damage === null ? [] : [{ code: 'BAD_CONFIG', reason: `The file that says what is kept for others was changed by something other than this program (damage, or a hand), and ${whereIs(damage)}. What can be read of it counts: see with "colporteur keep --list" whether caps, promises and web pages are as you want them, and whether one is there that you do not know. A newsletter that was missing is kept on, and shown on no web page. Nothing is taken off the disk, and no policy acts by itself, until you have looked and say how much it may all take: "colporteur keep --max-disk", with a size or "none".` }]
}

function whereIs ({ aside }: Damage): string {
  return aside === null ? 'could not be written anew as yet, so that it lies there as it was found: each start tries it again' : `is kept as ${aside}`
}

function historiesDamageOf (asides: string[]): Status['problems'] {
  return asides.map(aside => ({ code: 'BAD_CONFIG', reason: `What was remembered of the histories of drives was changed by something other than this program (damage, or a hand), and is kept as ${aside}. What can be read of it counts; where you had decided about a writer who has signed two histories, look whether it still stands: "colporteur writers history". Then delete that file.` }))
}

function marksDamageOf ({ damagedMarks }: Pick<Library, 'damagedMarks'>): Status['problems'] {
  return damagedMarks === null ? [] : [{ code: 'INTERNAL', reason: `The file of what was read, saved and highlighted here was damaged, and is kept as ${damagedMarks}. What could be read of it is there. A backup that has the rest adds it: "colporteur backup open". This is said until that file is removed.` }]
}

/** Found since the start, and said until the next. */
function libraryDamageOf ({ damaged }: Pick<Library, 'damaged'>): Status['problems'] {
  return [...damaged].map(name => ({ code: 'INTERNAL', reason: DAMAGED[name] }))
}

function sentenceOf ({ online, connections }: Peer, newsletters: number): string {
  if (!online) return 'This process stays off the network: what is read are your own copies.'
  if (connections === 0 && newsletters === 0) return 'Nobody is connected: with no newsletter yet, there is nobody to look for.'
  if (connections === 0) return 'Nobody is connected: you are reading your own copies, and issues come and go as soon as somebody is found.'
  return connections === 1 ? 'Connected to 1 peer.' : `Connected to ${connections} peers.`
}
