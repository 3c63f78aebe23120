import { join } from 'node:path'
import t from 'tap'
import { createSigningKey, keyBytes } from '../../shared/format/signature.ts'
import { toHex } from '../../shared/format/hash.ts'
import { readerKeyOf } from '../../shared/format/receipt.ts'
import { standingOf } from '../../shared/network/receipts/held-receipt.ts'
import { fetchAll, newNewsletter, openBareNode, receiptOf } from '../support/bare-node.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const PROMISE = { name: 'Library of the Harbour', owner: 'Wei', until: null }
const PERIOD_MS = 60_000

t.test('a holder says what it has as it comes, and the author finds it to be so', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const author = await openBareNode(t, { folder: join(network.folder, 'author'), bootstrap: network.bootstrap, newsletter, isAuthor: true })
  const keeper = await openBareNode(t, { folder: join(network.folder, 'keeper'), bootstrap: network.bootstrap, newsletter, promise: PROMISE })
  const reader = await openBareNode(t, { folder: join(network.folder, 'reader'), bootstrap: network.bootstrap, newsletter })
  await author.publish('one', 500_000)
  await Promise.all([fetchAll(keeper, author), fetchAll(reader, author)])
  const [keeperKey, readerKey] = [createSigningKey(keeper.seed), readerKeyOf(reader.seed, newsletter.address)].map(key => toHex(keyBytes(key.publicKey)))
  const isGood = (key: string | undefined, blocks: number): boolean => {
    const held = receiptOf(author, newsletter, ({ holder }) => holder === key)
    return held !== null && held.receipt.blobs.length === blocks && standingOf(held, Date.now(), PERIOD_MS) === 'good' && held.audit.blocks.at(-1)?.[1] === blocks
  }
  await until('both copies are audited', () => isGood(keeperKey, 8) && isGood(readerKey, 8), () => author.receipts.received(newsletter.address))
  const held = receiptOf(author, newsletter, ({ holder }) => holder === readerKey)!
  t.equal(held.receipt.keeper, null, 'a reader promises nothing')
  t.not(toHex(reader.peer.publicKey!), readerKey, 'and is not named by the key of its node')
  t.match(receiptOf(author, newsletter, ({ holder }) => holder === keeperKey)?.receipt.keeper, PROMISE)
  t.not(receiptOf(author, newsletter, ({ holder }) => holder === keeperKey)?.audit.machine, held.audit.machine)

  await author.publish('two', 70_000)
  await Promise.all([fetchAll(keeper, author), fetchAll(reader, author)])
  await until('the second issue is audited, too', () => isGood(keeperKey, 10) && isGood(readerKey, 10))
  await until('the reader carries what the keeper promises', () => receiptOf(reader, newsletter, ({ holder }) => holder === keeperKey))
  t.equal(receiptOf(reader, newsletter, ({ receipt }) => receipt.keeper === null), null, 'and knows nothing of other readers')
})
