import type { Drafts } from '../../publisher/drafts/drafts.ts'
import type { Custody } from '../../publisher/keys/custody.ts'
import type { OwnKeys } from '../../publisher/keys/own-keys.ts'
import { pathsOf } from '../../shared/config.ts'
import { readIfThere } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import type { BackupEntry } from '../../shared/format/backup.ts'
import { encodeRootChain } from '../../shared/format/root-files.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import type { HighWater } from '../../shared/network/high-water.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import type { Library } from '../../subscriber/library/library.ts'
import type { MarkRows } from '../../subscriber/library/library-issue.ts'
import type { Subscriber } from '../../subscriber/subscriber.ts'
import { type BackupKeys, type BackupManifest, mostBytesOf } from './backup-contents.ts'

export interface BackupSource {
  home: string
  deviceName: string
  subscriber: Subscriber
  library: Library
  roots: RootStore
  drafts: Drafts
  keys: OwnKeys
  custody: Custody
  highWater: HighWater
}

/** Everything of a home that is not on the network, but for its drafts. */
export interface BackupContents { manifest: BackupManifest, marks: MarkRows, keys: Map<string, BackupKeys> }

export async function contentsOf (source: BackupSource, withWriter: boolean): Promise<BackupContents> {
  const { home, deviceName, subscriber, library, drafts, keys, custody, highWater } = source
  const [config, newsletters, subscriptions, marks] = await Promise.all([
    readIfThere(pathsOf(home).config), subscriber.newsletters(), subscriber.subscriptions(), library.allMarks()
  ])
  const manifest: BackupManifest = {
    colporteur: 1,
    kind: 'backup',
    at: new Date().toISOString(),
    device: deviceName,
    config: config?.toString('utf8') ?? null,
    // In this order they are followed again: of two that are called alike, the one that was first stays it.
    followed: newsletters.toSorted((a, b) => a.since.localeCompare(b.since)).map(({ address, role, subscribed, title, paused, announce }) => {
      const subscription = subscriptions.find(({ newsletter }) => newsletter === address)
      const { policy, folder, petName, receipts } = subscription ?? {}
      const choices = subscription && { policy, folder, petName, receipts }
      return { address, role, title, paused, ...(role === 'own' && { subscribed }), announce, ...choices }
    }),
    drafts: drafts.list().length
  }
  if (withWriter && keys.writerAddresses.some(address => keys.stateOf(address) === 'locked')) {
    throw new AppError('LOCKED', 'Keys that are locked can not be put into a backup. Unlock them with "colporteur unlock", or make the backup without the keys.')
  }
  const secrets = new Map<string, BackupKeys>()
  if (withWriter) for (const address of await keys.addresses()) secrets.set(address, await keysOf(address, keys, custody, highWater))
  return { manifest, marks, keys: secrets }
}

async function keysOf (address: string, keys: OwnKeys, custody: Custody, highWater: HighWater): Promise<BackupKeys> {
  const [writer, text, root] = await Promise.all([keys.publicWriter(address), keys.writerText(address), custody.stored(address)])
  const drive = writer && DriveWriter.keyOf(writer.drive.publicKey)
  const head = drive && await highWater.markOf(drive)
  return { writer: text, mark: drive && head ? { drive, head } : null, root }
}

/** The entries of a backup, what tells of the others first. */
export async function * entriesOf ({ manifest, marks, keys }: BackupContents, { roots, drafts }: Pick<BackupSource, 'roots' | 'drafts'>): AsyncGenerator<BackupEntry> {
  yield json('backup.json', manifest)
  for (const { address } of manifest.followed) {
    const known = await roots.get(address)
    if (known) yield whole(`roots/${address}`, encodeRootChain(known.chain.files))
  }
  yield json('marks.json', marks)
  for (const [address, secrets] of keys) yield json(`keys/${address}.json`, secrets)
  for await (const entry of drafts.backing.entries()) yield { ...entry, name: `drafts/${entry.name}` }
}

function json (name: string, value: unknown): BackupEntry {
  return whole(name, Buffer.from(JSON.stringify(value, null, 1) + '\n'))
}

/** What nobody could open must not be taken for a backup. */
function whole (name: string, bytes: Uint8Array): BackupEntry {
  if (bytes.length > mostBytesOf(name)) throw new AppError('TOO_LARGE', `${name} is larger than a backup can hold it.`)
  return { name, sizeBytes: bytes.length, bytes: [bytes] }
}
