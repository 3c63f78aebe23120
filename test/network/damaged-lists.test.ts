import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { turnBitIn } from '../support/by-hand.ts'
import { createNewsletter, publishIssues, type TestNetwork, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

const FILM_BYTES = 1_200_000

async function publishHeavy ({ client }: TestNode, network: TestNetwork, newsletter: string, number: number): Promise<void> {
  const path = join(network.folder, `heavy-${number}`)
  await mkdir(path)
  await writeFile(join(path, 'index.md'), `# Issue ${number}\n\n[The film](film.bin)\n`)
  await writeFile(join(path, 'film.bin'), randomBytes(FILM_BYTES))
  await client.publishIssue({ params: { newsletter }, body: { source: { path } } })
}

async function untilKept ({ client }: TestNode, issues: { known: number, ready: number, removed: number }): Promise<void> {
  let last: unknown
  await until(`of what is kept there are ${JSON.stringify(issues)}`, async () => {
    last = (await client.listKept()).kept[0]!.issues
    return JSON.stringify(last) === JSON.stringify(issues)
  }, () => last)
}

/** The newest first. */
async function statesOf ({ client }: TestNode, newsletter: string): Promise<string> {
  return (await client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ state }) => state).join()
}

interface Stage { reader: TestNode, newsletter: string, oldest: string }

/** A reader who has three issues. */
async function subscribed (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'The Long Road')
  const [oldest] = await publishIssues(author, newsletter, 3)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)
  return { reader, newsletter, oldest: oldest! }
}

/** Returns when what a policy leaves out has left. */
async function policyActs ({ reader: { client }, oldest }: Stage): Promise<void> {
  await client.fetchIssue({ params: { issue: oldest }, body: { fetched: false } })
}

async function removeAsides (folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.includes('.damaged-')) await rm(join(folder, name))
}

t.test('a cap in which a bit has turned over takes nothing off the disk in any run, until somebody says what it is', async t => {
  const network = await testNetwork(t)
  const [author, keeper] = [await network.open('author'), await network.open('keeper')]
  const newsletter = await createNewsletter(author, 'Heavy')
  for (const number of [1, 2]) await publishHeavy(author, network, newsletter, number)
  await keeper.client.changeKeeperSettings({ body: { maxDiskBytes: 3_000_000 } })
  await keeper.client.keepNewsletter({ body: { address: newsletter } })
  await untilKept(keeper, { known: 2, ready: 2, removed: 0 })
  await keeper.stop()
  await turnBitIn(join(keeper.home, 'kept.json'), '3000000')
  for (const run of ['first', 'second']) {
    await keeper.restart()
    t.equal((await keeper.client.listKept()).settings.maxDiskBytes, 2_000_000)
    t.match((await keeper.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /Nothing is taken off the disk.*keep --max-disk/ }], `${run} run`)
    await untilKept(keeper, { known: 2, ready: 2, removed: 0 })
  }
  await publishHeavy(author, network, newsletter, 3)
  await untilKept(keeper, { known: 3, ready: 2, removed: 1 })
  await keeper.client.keepNewsletter({ body: { address: newsletter, owner: 'Ann' } })
  await untilKept(keeper, { known: 3, ready: 2, removed: 1 })
  t.same(await keeper.client.listEvictions(), { evictions: [] })

  await keeper.client.changeKeeperSettings({ body: { maxDiskBytes: 4_000_000 } })
  await untilKept(keeper, { known: 3, ready: 3, removed: 0 })
  t.same((await keeper.client.getStatus()).problems, [])
  await keeper.client.changeKeeperSettings({ body: { maxDiskBytes: 2_500_000 } })
  await untilKept(keeper, { known: 3, ready: 2, removed: 1 })
})

t.test('a policy in which a bit has turned over takes nothing off the disk in any run, until it is set or somebody has looked', async t => {
  const stage = await subscribed(t)
  const { reader, newsletter } = stage
  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, last: 3 } })
  await reader.stop()
  await turnBitIn(join(reader.home, 'subscriptions.json'), '3,\n')
  for (const run of ['first', 'second']) {
    await reader.restart()
    t.equal((await reader.client.getSubscription({ params: { newsletter } })).policy.last, 2)
    await policyActs(stage)
    t.equal(await statesOf(reader, newsletter), 'ready,ready,ready')
    t.match((await reader.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /no policy takes anything off .* one that you set/ }], `${run} run`)
  }
  await removeAsides(reader.home)
  await reader.restart()
  t.same((await reader.client.getStatus()).problems, [])
  await policyActs(stage)
  t.equal(await statesOf(reader, newsletter), 'ready,ready,removed')
})

t.test('a policy that is set after damage acts, at once and later', async t => {
  const stage = await subscribed(t)
  const { reader, newsletter, oldest } = stage
  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, last: 3 } })
  await reader.stop()
  await turnBitIn(join(reader.home, 'subscriptions.json'), '3,\n')
  await reader.restart()
  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, last: 2 } })
  t.equal(await statesOf(reader, newsletter), 'ready,ready,removed')
  await reader.client.fetchIssue({ params: { issue: oldest }, body: { fetched: true } })
  await untilComplete(reader, newsletter, 3)
  await reader.restart()
  t.equal((await reader.client.getStatus()).problems.length, 1)
  await policyActs(stage)
  t.equal(await statesOf(reader, newsletter), 'ready,ready,removed')
})

t.test('what is read and kept is not left to its policy because a bit has turned over in the list of what is kept', async t => {
  const stage = await subscribed(t)
  const { reader, newsletter } = stage
  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, last: 2 } })
  t.equal(await statesOf(reader, newsletter), 'ready,ready,removed')
  await reader.client.keepNewsletter({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)
  await reader.stop()
  await turnBitIn(join(reader.home, 'kept.json'), newsletter)
  await reader.restart()
  t.notOk((await reader.client.listKept()).kept.some(kept => kept.newsletter === newsletter))
  await policyActs(stage)
  t.equal(await statesOf(reader, newsletter), 'ready,ready,ready')
  t.equal((await reader.client.getStatus()).problems.length, 1)
})

t.test('status says that what is remembered of histories was damaged, until the file is removed', async t => {
  const { reader, newsletter } = await subscribed(t)
  await reader.stop()
  await turnBitIn(join(reader.home, 'histories', `${newsletter}.json`), 'treeHash')
  for (const run of ['first', 'second']) {
    await reader.restart()
    t.match((await reader.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /histories of drives .* kept as .*\.damaged-/ }], run)
  }
  await removeAsides(join(reader.home, 'histories'))
  t.same((await reader.client.getStatus()).problems, [])
})
