import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Config } from '../../shared/config.ts'
import type { KeeperPromise } from '../../shared/format/receipt.ts'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, DriveWriter } from '../../shared/network/drive-writer.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import type { HeldReceipt } from '../../shared/network/receipts/held-receipt.ts'
import { Receipts } from '../../shared/network/receipts/receipts.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { newNewsletter, type NewNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { log } from './network.ts'
import { until } from './until.ts'

/** The network's rooms alone, with one drive: enough to hold, to say so, and to lie. */
export interface BareNode {
  seed: Buffer
  peer: Peer
  meeting: Meeting
  receipts: Receipts
  reader: DriveReader
  /** Null at who is not the author. */
  writer: DriveWriter | null
  publish (name: string, sizeBytes: number): Promise<void>
  close (): Promise<void>
}

export interface BareNodeOptions {
  folder: string
  bootstrap: Config['bootstrap']
  newsletter: NewNewsletter
  isAuthor?: boolean
  promise?: KeeperPromise
  periodMs?: number
}

export { newNewsletter }

export async function openBareNode (t: Test, options: BareNodeOptions): Promise<BareNode> {
  const { folder, bootstrap, newsletter, isAuthor = false, promise, periodMs = 60_000 } = options
  const { address, writer: keys, chain } = newsletter
  const seed = randomBytes(32)
  const peer = new Peer({ folder: join(folder, 'store'), network: { bootstrap, bind: '127.0.0.1', seed }, log })
  await peer.ready()
  const roots = new RootStore(join(folder, 'roots'))
  await roots.offer(readRootChain(address, chain))
  const meeting = new Meeting({ peer, roots, log })
  await meeting.ready()
  const receipts = new Receipts({ meeting, peer, roots, folder: join(folder, 'receipts'), seed, timing: { periodMs }, log })
  await receipts.ready()
  const writer = isAuthor ? new DriveWriter(peer, keys.drive) : null
  await writer?.ready()
  const reader = new DriveReader(peer, DriveWriter.keyOf(keys.drive.publicKey))
  await reader.ready()
  await receipts.join(address, { drives: () => [reader], collects: isAuthor || promise ? 'all' : 'keepers' })
  if (promise) receipts.become(address, promise, true)
  meeting.join(address, () => [{ key: reader.keyBytes, ...reader.heads }])
  const node: BareNode = {
    seed,
    peer,
    meeting,
    receipts,
    reader,
    writer,
    publish: async (name, sizeBytes) => await writer!.append([{ path: `/issues/${name}`, blocks: () => blocksOf(randomBytes(sizeBytes)) }]),
    close: async () => {
      for (const part of [receipts, reader, writer, meeting, peer]) await part?.close()
    }
  }
  t.teardown(() => node.close())
  return node
}

/** Fetches every block of the drive, as it is when all of what the author has written is known. */
export async function fetchAll ({ reader }: BareNode, author: BareNode): Promise<void> {
  await until('the drive is known', () => reader.heads.blobs === author.reader.heads.blobs && reader.heads.index === author.reader.heads.index)
  await reader.download(0, reader.heads.blobs).done()
}

/** The receipt of a holder, as another node has it. */
export function receiptOf (at: BareNode, newsletter: NewNewsletter, isWanted: (held: HeldReceipt) => boolean): HeldReceipt | null {
  return at.receipts.received(newsletter.address).find(isWanted) ?? null
}
