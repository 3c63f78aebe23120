import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readReceipt } from '../../shared/format/receipt.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import { copiesOf, countCopies, type CopyCount } from '../../shared/network/receipts/copy-count.ts'
import { standingOf } from '../../shared/network/receipts/held-receipt.ts'
import { type BareNode, fetchAll, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { openLyingHolder, type LyingHolder } from '../support/lying-holder.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const PERIOD_MS = 4_000
const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const zeros = new Uint8Array(32)

interface Stage {
  newsletter: ReturnType<typeof newNewsletter>
  author: BareNode
  liar: LyingHolder
  periodMs: number
  /** Another node, which keeps to the rules. */
  open: (name: string) => Promise<BareNode>
}

/** An author with one issue of eight blocks, and a liar who has it, too. */
async function openStage (t: Test, periodMs = PERIOD_MS): Promise<Stage> {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true, periodMs })
  await author.publish('one', 500_000)
  const liar = await openLyingHolder(t, at('liar'))
  await until('the liar is collected from', () => liar.channels.size > 0)
  await until('the liar knows the drive', () => liar.reader.heads.blobs === 8 && liar.reader.heads.index === author.reader.heads.index)
  await liar.reader.download(0, 8).done()
  const open = async (name: string): Promise<BareNode> => await openBareNode(t, { ...at(name), promise: { name, owner: name, until: null } })
  return { newsletter, author, liar, periodMs, open }
}

function count ({ author, newsletter, periodMs }: Stage): CopyCount {
  return countCopies(copiesOf(author.receipts.received(newsletter.address), { drive: author.reader.key, seq: 1, runs: [[0, 8]] }, Date.now(), periodMs))
}

function standings ({ author, newsletter }: Stage): string[] {
  return author.receipts.received(newsletter.address).map(held => standingOf(held, Date.now(), PERIOD_MS))
}

t.test('one who claims what it lacks never counts, whatever it answers', async t => {
  const stage = await openStage(t)
  const { author, liar } = stage
  await liar.reader.clearBlocks([[0, 8]])
  const seen = new Set<number>()
  const watch = (): void => { seen.add(count(stage).copies) }
  author.receipts.on('receiptsChanged', watch)
  liar.answer = async () => ({ outcome: 'held', hash: randomBytes(32), key: liar.key })
  liar.say(true, [await liar.receipt(author)])
  await until('its answer was wrong', () => standings(stage)[0] === 'wrong')
  liar.answer = async () => null
  liar.say(true, [await liar.receipt(author)])
  await until('it was asked again, and said nothing', () => ['wrong', 'unanswered'].includes(standings(stage)[0]!))
  liar.answer = async ({ nonce }) => ({ outcome: 'held', hash: nonce, key: liar.key })
  liar.say(true, [await liar.receipt(author)])
  await until('the nonce is no answer', () => standings(stage)[0] === 'wrong')
  t.same([...seen], [0], 'it was not counted at any moment')
})

t.test('a keeper that loses blocks on purpose drops out within one audit period, and counts again when it has repaired', async t => {
  const stage = await openStage(t)
  const { author, liar } = stage
  liar.say(true, [await liar.receipt(author)])
  await until('it counts while it has all', () => count(stage).copies === 1)
  await liar.reader.clearBlocks([[3, 4]])
  const lostMs = Date.now()
  liar.answer = async (_challenge, truth) => ({ outcome: 'held', hash: await truth().catch(() => zeros), key: liar.key })
  await until('it does not count any more', () => count(stage).copies === 0)
  t.ok(Date.now() - lostMs <= PERIOD_MS, `after ${Date.now() - lostMs} ms`)
  t.same(standings(stage), ['wrong'])
  liar.say(true, [await liar.receipt(author)])
  await until('a new receipt alone is not enough', () => author.receipts.received(stage.newsletter.address)[0]?.audit.fault !== null && standings(stage)[0] === 'wrong')
  t.equal(count(stage).copies, 0)
  await liar.reader.download(3, 4).done()
  liar.say(true, [await liar.receipt(author)])
  await until('it has shown everything again', () => count(stage).copies === 1)

  liar.answer = async () => ({ outcome: 'missing', hash: zeros, key: liar.key })
  await until('who can not prove that it has anything is wrong', () => count(stage).copies === 0)
})

t.test('nobody can sign for another, or give the receipt of another as his own', async t => {
  const stage = await openStage(t)
  const { author, liar, newsletter } = stage
  const honest = await stage.open('honest')
  await fetchAll(honest, author)
  await until('the honest one counts', () => count(stage).copies === 1)
  const [held] = author.receipts.received(newsletter.address)

  const forged = await liar.receipt(author, { holder: createSigningKey(honest.seed).publicKey, blocks: [], number: held!.receipt.number + 1 })
  liar.say(false, [forged])
  await until('the connection was ended', () => liar.ended > 0)
  await until('the liar is back', () => liar.channels.size > 0)
  const before = liar.ended
  const real = author.receipts.received(newsletter.address)[0]!.signed
  liar.say(true, [real])
  await until('it was ended again', () => liar.ended > before)
  t.equal(count(stage).copies, 1, 'the honest one has lost nothing')
  t.same(standings(stage), ['good'])
})

t.test('one who pretends to be a reader can not have it believed, nor blame it', async t => {
  const stage = await openStage(t)
  const { author, liar, newsletter } = stage
  const reader: SigningKey = createSigningKey(randomBytes(32))
  const stolen = await liar.receipt(author, { keeper: null }, reader)
  liar.say(true, [stolen])
  await until('it answers with its own key, and is cut off', () => liar.ended > 0)
  t.same(standings(stage), ['unchecked'], 'the reader it spoke for is not blamed')
  t.equal(count(stage).copies, 0)
  t.equal(readReceipt(stolen, newsletter.address).keeper, null)
})

t.test('an old receipt says nothing any more, and one that was not checked does not count', async t => {
  const stage = await openStage(t)
  const { author, liar, newsletter } = stage
  const honest = await stage.open('honest')
  await fetchAll(honest, author)
  await until('the honest one counts', () => count(stage).copies === 1)
  const old = author.receipts.received(newsletter.address)[0]!.signed
  honest.receipts.become(newsletter.address, null, false)
  await until('it has taken it back', () => standings(stage)[0] === 'withdrawn')
  await honest.close()
  liar.say(false, [old])
  const marker = await liar.receipt(author, { keeper: null }, createSigningKey(randomBytes(32)))
  liar.say(false, [marker])
  await until('both were heard', () => author.receipts.received(newsletter.address).length === 2)
  t.same(standings(stage), ['withdrawn', 'unchecked'])
  t.equal(count(stage).copies, 0)
})

t.test('a clock that is wrong by a year makes no copy count, and no promise longer', async t => {
  const stage = await openStage(t)
  const { author, liar } = stage
  const until2 = new Date(Date.now() + 2 * YEAR_MS).toISOString()
  liar.say(true, [await liar.receipt(author, { at: new Date(Date.now() + YEAR_MS).toISOString(), keeper: { name: 'Ahead', owner: '', until: until2 } })])
  await until('it was heard', () => standings(stage)[0] === 'clock')
  t.equal(count(stage).copies, 0)
  liar.say(true, [await liar.receipt(author, { at: new Date(Date.now() - YEAR_MS).toISOString(), keeper: { name: 'Behind', owner: '', until: until2 } })])
  await until('its other receipt, too', () => standings(stage)[0] === 'expired')
  t.equal(count(stage).copies, 0)
  liar.say(true, [await liar.receipt(author, { keeper: { name: 'Over', owner: '', until: new Date(Date.now() + 1_500).toISOString() } })])
  await until('a promise counts', () => count(stage).copies === 1)
  await until('until it is over', () => count(stage).copies === 0 && standings(stage)[0] === 'expired')
  liar.say(true, [await liar.receipt(author)])
  await until('with the right clock it counts', () => count(stage).copies === 1)
})

t.test('a thousand receipts from one machine are one copy', async t => {
  const stage = await openStage(t, 600_000)
  const { author, liar, newsletter } = stage
  const keys = Array.from({ length: 1000 }, () => createSigningKey(randomBytes(32)))
  const byHolder = new Map(keys.map(key => [Buffer.from(key.secretKey.subarray(32)).toString('hex'), key]))
  liar.answer = async ({ holder }, truth) => ({ outcome: 'held', hash: await truth(), key: byHolder.get(Buffer.from(holder).toString('hex'))! })
  const seen: number[] = []
  author.receipts.on('receiptsChanged', () => seen.push(count(stage).copies))
  const passedOn = await Promise.all(keys.slice(0, 500).map(key => liar.receipt(author, {}, key)))
  liar.say(false, passedOn)
  const own = await Promise.all(keys.slice(500).map(key => liar.receipt(author, { keeper: null }, key)))
  for (const receipt of own) liar.say(true, [receipt])
  await until('the last of them counts', () => author.receipts.received(newsletter.address).some(({ signed, audit }) => Buffer.from(signed.bytes).equals(own.at(-1)!.bytes) && audit.passedMs !== null))
  t.equal(Math.max(...seen), 1, 'never more than one')
  t.equal(count(stage).owners, 0)
  t.ok(author.receipts.received(newsletter.address).filter(({ toldBy }) => toldBy !== '').length <= 64, 'one neighbour fills no more than its part of the book')
})
