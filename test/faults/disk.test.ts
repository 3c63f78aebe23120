import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Progress } from '../../shared/api/subscriptions.ts'
import { createNewsletter, testNetwork, untilComplete } from '../support/network.ts'
import { pidOfNode } from '../support/processes.ts'
import { fill, leaveFree, noDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import { disk } from './disk.ts'
import { publishHeavy } from './publish-heavy.ts'
import { runSuite } from './run-suite.ts'

/** Room for many issues, and less than what is kept free. */
const LITTLE_BYTES = 40_000_000

t.test('a disk that fills up while issues come stops nothing but that, and it goes on by itself', { skip: noDisk }, async t => {
  const { figures, broken } = await runSuite(disk, t, { times: 2 })
  t.same(broken, [], figures)
})

t.test('a node starts on a full disk, and shows what is here, and goes on when there is room', { skip: noDisk }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Narrow')
  const params = { newsletter }
  await publishHeavy(author, network.folder, newsletter, { number: 1, bytes: 1_000_000 })
  const reader = await startOnSmallDisk(t, join(network.folder, 'reader'), network.addresses, '300m')
  await reader.client.subscribe({ body: { address: newsletter } })
  const readyHere = async (): Promise<number> => await reader.client.getNewsletter({ params }).then(({ issues }) => issues.ready, () => 0)
  await until('the issue is here', async () => await readyHere() === 1)
  await until('room was set aside', async () => (await readdir(reader.disk)).includes('ballast'))
  const { startedAt } = await reader.client.getStatus()
  await fill(join(reader.disk, 'filler'))
  process.kill(await pidOfNode(reader), 'SIGKILL')

  await until('it runs again', async () => {
    const status = await reader.client.getStatus().catch(() => null)
    return status && status.startedAt !== startedAt ? status : null
  })
  // Its store had taken room for its log, which it has given back.
  await fill(join(reader.disk, 'more'))
  await until('it says what is wrong', async () => (await reader.client.getStatus()).problems.some(({ code }) => code === 'DISK_FULL'))
  const { issues: [issue] } = await reader.client.listIssues({ params })
  t.match(issue, { state: 'ready' })
  t.match(await reader.client.verifyIssue({ params: { issue: issue!.ref } }), { verified: true })

  await publishHeavy(author, network.folder, newsletter, { number: 2, bytes: 1_000_000 })
  for (const name of ['filler', 'more']) await rm(join(reader.disk, name))
  await until('the next issue is here', async () => await readyHere() === 2)
  t.ok((await readdir(reader.disk)).includes('ballast'), 'and the disk may fill again')
})

t.test('what others send is left with them as soon as little is free, before the disk is full', { skip: noDisk }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Narrow')
  const params = { newsletter }
  const reader = await startOnSmallDisk(t, join(network.folder, 'reader'), network.addresses, '300m')
  await reader.client.subscribe({ body: { address: newsletter } })
  await publishHeavy(author, network.folder, newsletter, { number: 1, bytes: 1_000_000 })
  const progress = async (): Promise<Progress> => (await reader.client.getSubscription({ params })).progress
  await until('the issue is here', async () => (await progress()).issues.ready === 1)
  const { bytes: { have } } = await progress()

  await leaveFree(reader.disk, LITTLE_BYTES)
  await until('it says that little is free', async () => (await reader.client.getStatus()).problems.some(({ code }) => code === 'DISK_FULL'))
  await publishHeavy(author, network.folder, newsletter, { number: 2, bytes: 1_000_000 })
  const other = await network.open('other')
  await other.client.subscribe({ body: { address: newsletter } })
  await untilComplete(other, newsletter, 2)
  t.match(await progress(), { issues: { ready: 1 }, bytes: { have } }, 'another one has come and has it, and this one has not begun')
  t.ok((await progress()).peers > 0, 'though it is connected')

  await rm(join(reader.disk, 'filler'))
  await until('the next issue is here', async () => (await progress()).issues.ready === 2)
})
