import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { pathsOf } from '../../shared/config.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

async function confirmedAt ({ client }: TestNode, newsletter: string): Promise<string | null> {
  return (await client.getNewsletter({ params: { newsletter } })).confirmedAt
}

t.test('a reader who joins while the author is off knows as of when it has everything', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const first = await network.open('first')
  await first.client.subscribe({ body: { address: newsletter } })
  await untilComplete(first, newsletter, 2)
  const told = await until('the author has confirmed it', () => confirmedAt(first, newsletter))
  t.ok(Date.parse(told) <= Date.now() && Date.parse(told) > Date.now() - 60_000, told)
  const before = await until('and goes on doing so when there is more', async () => {
    await publishIssues(author, newsletter, 1, 3)
    const now = await confirmedAt(first, newsletter)
    return now !== null && now > told ? now : null
  })
  const { progress } = await first.client.getSubscription({ params: { newsletter } })
  await author.stop()

  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, progress.issues.known)
  const heard = await until('the newcomer knows how fresh it is', () => confirmedAt(newcomer, newsletter))
  t.ok(heard >= before, 'though the author is off')
  await first.stop()
  await newcomer.restart()
  t.equal(await confirmedAt(newcomer, newsletter), heard, 'also after a restart, alone')
})

const DAY_MS = 24 * 60 * 60 * 1000

/** Lets so many days go by for a reader that is off, since its newsletter was last confirmed. */
async function daysLater ({ home }: TestNode, newsletter: string, days: number): Promise<void> {
  const file = join(pathsOf(home).receipts, `${newsletter}.beacons`)
  const { confirmed } = JSON.parse(await readFile(file, 'utf8')) as { confirmed: Record<string, string> }
  const earlier = Object.entries(confirmed).map(([writer, time]) => [writer, new Date(Date.parse(time) - days * DAY_MS).toISOString()])
  await writeFile(file, JSON.stringify({ beacons: [], confirmed: Object.fromEntries(earlier) }))
}

t.test('a reader is warned when nothing was confirmed for long, until the author confirms it again', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const params = { newsletter }
  await publishIssues(author, newsletter, 1)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await until('the author has confirmed it', () => confirmedAt(reader, newsletter))
  const freshness = async () => (await reader.client.getNewsletter({ params })).freshness
  const { staleAt } = await freshness()
  t.equal(Date.parse(staleAt!) - Date.parse((await confirmedAt(reader, newsletter))!), 30 * DAY_MS)
  t.same(await freshness(), { staleAt, stale: false, aheadAt: null })
  t.same((await author.client.getNewsletter({ params })).freshness, { staleAt: null, stale: false, aheadAt: null }, 'who writes it needs nobody to confirm it')

  await Promise.all([author.stop(), reader.stop()])
  await daysLater(reader, newsletter, 29)
  await reader.restart()
  t.match(await freshness(), { stale: false }, 'after 29 days it may be a holiday')
  await reader.stop()
  await daysLater(reader, newsletter, 16)
  await reader.restart()
  t.match(await freshness(), { stale: true })
  t.match((await reader.client.listSubscriptions()).subscriptions, [{ freshness: { stale: true } }])
  t.match((await reader.client.getStatus()).newsletters, { subscribed: 1, stale: 1 })
  await reader.client.changeSubscription({ params, body: { paused: true } })
  t.same(await freshness(), { staleAt: null, stale: false, aheadAt: null }, 'nothing is awaited of one that is paused')
  await reader.client.changeSubscription({ params, body: { paused: false } })
  t.match(await freshness(), { stale: true })

  await author.restart()
  await until('the author has confirmed it again', async () => !(await freshness()).stale)
  t.match((await reader.client.getStatus()).newsletters, { stale: 0 })
})

t.test('after how long a reader is warned is set for the machine, and what was never confirmed counts too', async t => {
  const network = await testNetwork(t)
  const nobody = 'y'.repeat(52)
  const subscribed = async (name: string, staleAfterDays: number): Promise<TestNode> => {
    const node = await network.open(name, { staleAfterDays })
    await node.client.subscribe({ body: { address: nobody } })
    return node
  }
  const [soon, never] = [await subscribed('soon', 1e-9), await subscribed('never', 0)]
  await until('it is long enough', async () => (await soon.client.getSubscription({ params: { newsletter: nobody } })).freshness.stale)
  t.match(await soon.client.getSubscription({ params: { newsletter: nobody } }), { confirmedAt: null, freshness: { stale: true } })
  t.same((await never.client.getSubscription({ params: { newsletter: nobody } })).freshness, { staleAt: null, stale: false, aheadAt: null })
})

t.test('of an author whose clock goes ahead it is said that the clocks differ, and not that nothing was heard', async t => {
  const network = await testNetwork(t)
  const clock = join(network.folder, 'clock')
  await writeFile(clock, String(190 * 60_000))
  const environment = { NODE_OPTIONS: `--import ${new URL('../support/moved-clock.js', import.meta.url).href}`, MOVED_CLOCK_FILE: clock }
  const author = await startNode(join(network.folder, 'author'), network.addresses, { environment })
  t.teardown(() => author.process.kill())
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  const reader = await network.open('reader', { staleAfterDays: 1e-9 })
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await until('the clocks were compared', async () => (await reader.client.getNewsletter({ params: { newsletter } })).freshness.aheadAt)
  t.equal(await confirmedAt(reader, newsletter), null, 'what was said in the future does not count')
  await reader.node.listen()
  const told = await run(['subscriptions', '--home', reader.home])
  t.match(told, { code: 0, stdout: /not confirmed: its author's clock is 3 hours ahead of this one, or this one behind/, stderr: /Its author's clock goes ahead of this one/ })
  t.notMatch(told.stdout + told.stderr, /AGO|0 days|offline/)

  await writeFile(clock, '0')
  await publishIssues(author, newsletter, 1, 2)
  await until('what is said by a clock that was put right counts', async () => (await reader.client.getNewsletter({ params: { newsletter } })).freshness.aheadAt === null)
  await until('and confirms all', () => confirmedAt(reader, newsletter))
})
