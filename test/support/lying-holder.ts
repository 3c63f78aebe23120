import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Connection } from 'hyperswarm'
import type { Test } from 'tap'
import z32 from 'z32'
import { hashOfBlocks, type Outcome, signAnswer } from '../../shared/format/challenge.ts'
import { type Receipt, signReceipt } from '../../shared/format/receipt.ts'
import type { Challenge } from '../../shared/format/receipt-messages.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import type { Signed } from '../../shared/format/signed-json.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import type { Greeting } from '../../shared/network/greeting.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import { HeldDrive } from '../../shared/network/receipts/held-drive.ts'
import { ReceiptChannel } from '../../shared/network/receipts/receipt-channel.ts'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import type { BareNode, BareNodeOptions } from './bare-node.ts'
import { log } from './network.ts'

/** A node that is connected as others are, and says what it likes about what it holds. */
export interface LyingHolder {
  key: SigningKey
  reader: DriveReader
  channels: Set<ReceiptChannel>
  /** Receipts and outcomes of challenges that others have told it. */
  heard: Signed[]
  answers: Outcome[]
  /** How many connections were ended. */
  ended: number
  /** A receipt for the whole drive as the author has it, with what is to be otherwise. */
  receipt (author: BareNode, change?: Partial<Receipt>, signer?: SigningKey): Promise<Signed>
  /** Says it to everybody who is connected. */
  say (own: boolean, receipts: Signed[]): void
  /** What it answers; at first the truth, by the key that is asked. */
  answer: (challenge: Omit<Challenge, 'proof'>, truth: () => Promise<Uint8Array>) => Promise<{ outcome: Outcome, hash: Uint8Array, key: SigningKey } | null>
}

export async function openLyingHolder (t: Test, { folder, bootstrap, newsletter }: BareNodeOptions): Promise<LyingHolder> {
  const { address, writer: keys, chain } = newsletter
  const seed = randomBytes(32)
  const peer = new Peer({ folder: join(folder, 'store'), network: { bootstrap, bind: '127.0.0.1', seed }, log })
  await peer.ready()
  const roots = new RootStore(join(folder, 'roots'))
  await roots.offer(readRootChain(address, chain))
  const meeting = new Meeting({ peer, roots, log })
  await meeting.ready()
  const reader = new DriveReader(peer, DriveWriter.keyOf(keys.drive.publicKey))
  await reader.ready()
  const held = new HeldDrive(reader)
  const key = createSigningKey(seed)
  let number = Date.now()
  const liar: LyingHolder = {
    key,
    reader,
    channels: new Set(),
    heard: [],
    answers: [],
    ended: 0,
    receipt: async (author, change = {}, signer = key) => {
      const holding = (await new HeldDrive(author.reader).holding())!
      return signReceipt({
        colporteur: 1, kind: 'receipt', newsletter: address, drive: author.reader.key, holder: signer.publicKey, number: ++number,
        at: new Date().toISOString(), ...holding, keeper: { name: 'Liar', owner: 'Nobody', until: null }, ...change
      }, signer)
    },
    say: (own, receipts) => {
      for (const channel of liar.channels) {
        for (let i = 0; i < receipts.length; i += 16) channel.sendReceipts(address, { own, receipts: receipts.slice(i, i + 16) })
      }
    },
    answer: async (_challenge, truth) => ({ outcome: 'held', hash: await truth(), key })
  }
  meeting.on('met', (greeting: Greeting, connection: Connection) => {
    const channel = new ReceiptChannel(connection, greeting, {
      onCollect: channel => { liar.channels.add(channel) },
      onReceipts: (_channel, _address, { receipts }) => { liar.heard.push(...receipts) },
      onAnswer: (_channel, _address, { outcome }) => { liar.answers.push(outcome) },
      onVerdict: () => {},
      onBeacons: () => {},
      onRefused: () => {},
      onChallenge: (channel, _address, challenge) => {
        const { nonce, holder, index, blobs, id } = challenge
        const truth = (): Promise<Uint8Array> => hashOfBlocks({ nonce, handshakeHash: connection.handshakeHash, holder }, held.blocks(index, blobs))
        void liar.answer(challenge, truth).then(answer => {
          if (!answer) return
          const { outcome, hash, key } = answer
          channel.sendAnswer(address, { id, outcome, hash, signature: signAnswer(outcome, hash, key) })
        }).catch(() => {}) // a block that it does not have, or has no longer: it says nothing
      }
    })
    connection.once('close', () => {
      liar.ended++
      liar.channels.delete(channel)
    })
  })
  meeting.join(address, () => [{ key: z32.decode(reader.key), ...reader.heads }])
  t.teardown(async () => { for (const part of [reader, meeting, peer]) await part.close() })
  return liar
}
