import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createSigningKey, keyBytes } from '../../shared/format/signature.ts'
import { toHex } from '../../shared/format/hash.ts'
import { readerKeyOf } from '../../shared/format/receipt.ts'
import { standingOf } from '../../shared/network/receipts/held-receipt.ts'
import { fetchAll, newNewsletter, openBareNode, receiptOf } from '../support/bare-node.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
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

t.test('a reader who has switched receipts off tells nobody, and takes back what was told', async t => {
  const network = await testNetwork(t)
  const [author, reader, silent] = await Promise.all([network.open('author'), network.open('reader'), network.open('silent')])
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  t.match(await silent.client.subscribe({ body: { address: newsletter, receipts: false } }), { receipts: false })
  const untilCopies = async (issues: number, copies: number): Promise<void> => {
    await Promise.all([untilComplete(reader, newsletter, issues), untilComplete(silent, newsletter, issues)])
    await until(`${copies} copies of issue ${issues} are counted`, async () => {
      const { newest } = await author.client.getNewsletterCopies({ params: { newsletter } })
      return newest?.number === issues && newest.copies === copies
    }, () => author.client.getNewsletterCopies({ params: { newsletter } }))
  }
  const holders = async (): Promise<number> => {
    await author.stop()
    const told = JSON.parse(await readFile(join(author.home, 'receipts', `${newsletter}.json`), 'utf8')) as { receipts: unknown[] }
    await author.restart()
    return told.receipts.length
  }
  await untilCopies(1, 1)
  await publishIssues(author, newsletter, 1, 2)
  await untilCopies(2, 1)
  t.equal(await holders(), 1, 'the author has heard of one reader, whatever is counted')

  await silent.client.changeSubscription({ params: { newsletter }, body: { receipts: true } })
  await untilCopies(2, 2)
  await silent.client.changeSubscription({ params: { newsletter }, body: { receipts: false } })
  await untilCopies(2, 1)
  await silent.restart()
  await publishIssues(author, newsletter, 1, 3)
  await untilCopies(3, 1)
  t.match(await silent.client.getSubscription({ params: { newsletter } }), { receipts: false }, 'over a restart, too')
  const { issues } = await author.client.listIssueCopies({ params: { newsletter }, query: {} })
  const { holders: shown } = await author.client.getIssueCopies({ params: { issue: issues[0]!.ref } })
  t.same(shown.map(({ state }) => state), ['counted', 'withdrawn'])
})
