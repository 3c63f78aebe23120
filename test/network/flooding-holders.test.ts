import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { readReceipt } from '../../shared/format/receipt.ts'
import { createSigningKey, keyBytes } from '../../shared/format/signature.ts'
import { toHex } from '../../shared/format/hash.ts'
import { HeldDrive } from '../../shared/network/receipts/held-drive.ts'
import type { HeldReceipt } from '../../shared/network/receipts/held-receipt.ts'
import { type BareNode, fetchAll, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { type LyingHolder, openLyingHolder } from '../support/lying-holder.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

interface Stage {
  address: string
  author: BareNode
  received: () => HeldReceipt[]
  /** One who has the whole drive, and says what it likes. */
  openLiar: (name: string) => Promise<LyingHolder>
  openKeeper: (name: string) => Promise<BareNode>
}

async function openStage (t: Test, periodMs: number): Promise<Stage> {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter, periodMs })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true })
  await author.publish('one', 500_000)
  const openLiar = async (name: string): Promise<LyingHolder> => {
    const liar = await openLyingHolder(t, at(name))
    await until('the liar is collected from', () => liar.channels.size > 0)
    await until('the liar knows the drive', () => liar.reader.heads.blobs === 8 && liar.reader.wholeIndex === author.reader.heads.index)
    await liar.reader.download(0, 8).done()
    return liar
  }
  const openKeeper = async (name: string): Promise<BareNode> => await openBareNode(t, { ...at(name), promise: { name, owner: name, until: null } })
  return { address: newsletter.address, author, received: () => author.receipts.received(newsletter.address), openLiar, openKeeper }
}

function idOf (node: BareNode): string {
  return toHex(node.peer.publicKey!)
}

t.test('one who speaks under hundreds of names and never answers keeps nobody from being audited, nor from the book', async t => {
  const { author, received, openLiar, openKeeper } = await openStage(t, 600_000)
  const liar = await openLiar('liar')
  liar.answer = async () => null
  const names = await Promise.all(Array.from({ length: 600 }, () => liar.receipt(author, { keeper: null }, createSigningKey(randomBytes(32)))))
  liar.say(true, [...names, await liar.receipt(author)])
  await until('all of them were heard', () => received().some(({ receipt }) => receipt.keeper?.name === 'Liar'))
  t.equal(received().filter(({ receipt }) => receipt.keeper === null).length, 1, 'one connection is one reader')
  const honest = await openKeeper('honest')
  await fetchAll(honest, author)
  await until('the honest one was audited', () => received().some(({ holder, audit }) => holder === idOf(honest) && audit.passedMs !== null), () => received().length)
})

t.test('receipts for drives that the newsletter has not are not taken', async t => {
  const { author, received, openLiar } = await openStage(t, 600_000)
  const liar = await openLiar('liar')
  const key = createSigningKey(randomBytes(32))
  liar.say(true, [await liar.receipt(author, { keeper: null, drive: z32.encode(randomBytes(32)) }, key), await liar.receipt(author, { keeper: null }, key)])
  await until('the other one was heard', () => received().length > 0)
  t.same(received().map(({ receipt }) => receipt.drive), [author.reader.key])
})

t.test('who repeats the receipt of a reader and is silent does not keep it from being audited', async t => {
  const { author, received, openLiar } = await openStage(t, 4_000)
  const [reader, repeater] = await Promise.all([openLiar('reader'), openLiar('repeater')])
  const key = createSigningKey(randomBytes(32))
  let wasAsked = false
  reader.answer = async () => {
    wasAsked = true
    return null // too slow this time
  }
  repeater.answer = async () => null
  const receipt = await reader.receipt(author, { keeper: null }, key)
  reader.say(true, [receipt])
  await until('the reader was asked', () => wasAsked)
  repeater.say(true, [receipt])
  repeater.say(true, [await repeater.receipt(author)])
  await until('it was repeated', () => received().length === 2)
  reader.answer = async (_challenge, truth) => ({ outcome: 'held', hash: await truth(), key })
  await until('the reader was audited', () => received().some(({ holder, audit }) => holder === toHex(keyBytes(key.publicKey)) && audit.passedMs !== null))
})

t.test('who collects again and again is told everything once', async t => {
  const { address, author, openLiar } = await openStage(t, 600_000)
  const [liar, other] = await Promise.all([openLiar('liar'), openLiar('other')])
  other.answer = async () => null
  const [first, second] = await Promise.all([1, 2].map(() => other.receipt(author, { keeper: null }, createSigningKey(randomBytes(32)))))
  other.say(true, [first!])
  await until('it is known', () => author.receipts.received(address).length === 1)
  const channel = [...liar.channels].find(({ remoteKey }) => toHex(remoteKey) === idOf(author))
  for (let i = 0; i < 100; i++) channel!.sendCollect(address, { collects: 'all', known: [] })
  other.say(false, [second!])
  const heard = (bytes: Uint8Array): number => liar.heard.filter(signed => Buffer.from(signed.bytes).equals(bytes)).length
  await until('news comes as before', () => heard(second!.bytes) > 0)
  t.ok(heard(first!.bytes) <= 2, `told ${heard(first!.bytes)} times`) // once more when it had just become known
})

t.test('a keeper whose receipt has a number far above its clock comes to know, and goes on above it', async t => {
  const { address, author, received, openLiar, openKeeper } = await openStage(t, 600_000)
  const honest = await openKeeper('honest')
  await fetchAll(honest, author)
  await until('the honest one was audited', () => received().some(({ holder, audit }) => holder === idOf(honest) && audit.passedMs !== null))
  const liar = await openLiar('liar')
  const number = 2 ** 50 + 1
  const holding = (await new HeldDrive(honest.reader).holding())!
  const earlier = await liar.receipt(author, { ...holding, number, keeper: { name: 'honest', owner: 'honest', until: null } }, createSigningKey(honest.seed))
  const channel = await until('the author collects', () => [...liar.channels].find(({ remoteKey }) => toHex(remoteKey) === idOf(author)))
  channel.sendReceipts(address, { own: false, receipts: [earlier] })
  await until('the author knows no newer one', () => received().some(({ receipt }) => receipt.number === number))
  await author.publish('two', 70_000)
  await fetchAll(honest, author)
  const newest = await until('what the honest one says is heard again', () => received().find(({ holder, receipt }) => holder === idOf(honest) && receipt.number > number && receipt.blobs.length === 10), () => received().map(({ receipt }) => receipt.number))
  t.match(readReceipt(newest.signed, address), { number: number + 1, keeper: { name: 'honest' } })
})

t.test('a node reads its disk again only for what it has claimed and answered, and seldom by a word alone', async t => {
  const { address, author, openLiar, openKeeper } = await openStage(t, 600_000)
  const keeper = await openKeeper('keeper')
  await until('the drive is known', () => keeper.reader.heads.blobs === 8)
  await keeper.reader.download(0, 4).done()
  const liar = await openLiar('liar')
  const own = (): HeldReceipt | undefined => author.receipts.received(address).find(({ holder }) => holder === idOf(keeper))
  await until('the keeper has said what it has', () => JSON.stringify(own()?.receipt.blocks) === '[[0,4]]', own)
  const channel = await until('the keeper collects, too', () => [...liar.channels].find(({ remoteKey }) => toHex(remoteKey) === idOf(keeper)))
  let doubted = 0
  keeper.receipts.on('holdingDoubted', (_address, _drive, isDeep) => { if (isDeep) doubted++ })
  let id = 0
  const ask = async (blobs: number[]): Promise<string> => {
    channel.sendChallenge(address, { id: ++id, holder: keeper.peer.publicKey!, drive: z32.decode(author.reader.key), nonce: randomBytes(32), index: [], blobs })
    await until('it has answered', () => liar.answers.length === id)
    return liar.answers.at(-1)!
  }
  channel.sendVerdict(address, { id: 7, isRight: false })
  t.equal(await ask([7]), 'missing')
  t.equal(doubted, 0, 'neither an answer that was never given, nor what was never claimed')
  for (let times = 0; times < 3; times++) {
    t.equal(await ask([1]), 'held')
    channel.sendVerdict(address, { id, isRight: false })
  }
  await ask([1])
  t.equal(doubted, 1)
})
