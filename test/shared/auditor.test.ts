import { EventEmitter, once } from 'node:events'
import t from 'tap'
import z32 from 'z32'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import { hashOfBlocks, signAnswer } from '../../shared/format/challenge.ts'
import type { Receipt } from '../../shared/format/receipt.ts'
import type { Challenge } from '../../shared/format/receipt-messages.ts'
import { createSigningKey, keyBytes } from '../../shared/format/signature.ts'
import { createLog } from '../../shared/log.ts'
import { Auditor } from '../../shared/network/receipts/auditor.ts'
import type { HeldDrive } from '../../shared/network/receipts/held-drive.ts'
import { type HeldReceipt, noAudit } from '../../shared/network/receipts/held-receipt.ts'
import type { ReceiptChannel } from '../../shared/network/receipts/receipt-channel.ts'

const DRIVE = z32.encode(Buffer.alloc(32, 7))

t.test('what came here while a holder was asked is asked for after that', async t => {
  const key = createSigningKey()
  const holder = Buffer.from(keyBytes(key.publicKey))
  const blocks: BlockRanges = [[0, 4]]
  const held = { holder: holder.toString('hex'), receipt: { drive: DRIVE, number: 1, index: { length: 2 }, blocks, keeper: null } as unknown as Receipt, audit: noAudit() } as HeldReceipt
  let own: BlockRanges = []
  const drive = { holding: async () => ({ blocks: own }), agrees: async () => true, blocks: async function * () { yield Buffer.from('block') } } as unknown as HeldDrive

  const asked = new EventEmitter<{ asked: [Omit<Challenge, 'proof'>], passed: [] }>()
  const connection = { handshakeHash: Buffer.alloc(64), destroyed: false }
  const channel = { remoteKey: holder, connection, sendVerdict: () => {}, sendChallenge: (_: string, challenge: Challenge) => asked.emit('asked', challenge) } as unknown as ReceiptChannel
  const auditor: Auditor = new Auditor({
    newsletter: 'a', drive: () => drive, machineOf: () => 'a machine', timing: { periodMs: 60_000 }, log: createLog('silent', { write: () => {} }),
    onChanged: () => {}, onPassed: () => { asked.emit('passed') }, onImpostor: () => {},
    onRound: (held, isAskedFor) => { if (isAskedFor) auditor.consider(held, channel) }
  })
  const answer = async ({ id, nonce }: Omit<Challenge, 'proof'>): Promise<void> => {
    const hash = await hashOfBlocks({ nonce, handshakeHash: connection.handshakeHash, holder }, drive.blocks([], []))
    auditor.onAnswer(channel, { id, outcome: 'held', hash, signature: signAnswer('held', hash, key) })
  }

  const first = once(asked, 'asked')
  auditor.consider(held, channel)
  const [index] = await first as [Challenge]
  t.match(index, { index: [0, 1], blobs: [] }, 'nothing else could be compared')
  own = blocks
  auditor.consider(held, channel)
  const second = once(asked, 'asked')
  await answer(index)
  const [rest] = await second as [Challenge]
  t.match(rest, { index: [], blobs: [0, 1, 2, 3] })
  const passed = once(asked, 'passed')
  await answer(rest)
  await passed
  t.match(held.audit, { index: 2, blocks, fault: null })
})

t.test('who closes waits for no answer, and blames nobody', async t => {
  const holder = Buffer.alloc(32, 1)
  const held = { holder: holder.toString('hex'), receipt: { drive: DRIVE, number: 1, index: { length: 2 }, blocks: [], keeper: null } as unknown as Receipt, audit: noAudit() } as HeldReceipt
  const drive = { holding: async () => ({ blocks: [] }), agrees: async () => true, blocks: async function * () {} } as unknown as HeldDrive
  const happened = new EventEmitter<{ asked: [], over: [] }>()
  let asked = 0
  const sendChallenge = (): boolean => {
    asked++
    return happened.emit('asked')
  }
  const channel = { remoteKey: holder, remoteId: held.holder, connection: { destroyed: false }, sendChallenge } as unknown as ReceiptChannel
  const auditor: Auditor = new Auditor({
    newsletter: 'a', drive: () => drive, machineOf: () => 'a machine', timing: { periodMs: 1_000_000 }, log: createLog('silent', { write: () => {} }),
    onChanged: () => t.fail('nothing is found out'), onPassed: () => t.fail('nothing is shown'), onImpostor: () => {},
    onRound: held => {
      auditor.consider(held, channel)
      happened.emit('over')
    }
  })
  const isAsked = once(happened, 'asked')
  auditor.consider(held, channel)
  await isAsked
  const over = once(happened, 'over')
  auditor.close()
  await over
  t.same([asked, held.audit.fault], [1, null])
})
