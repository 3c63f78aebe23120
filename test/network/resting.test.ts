import t, { type Test } from 'tap'
import { RestingDrive } from '../../shared/network/resting-drive.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

/** The drives that are open, of all nodes of this process. */
function watchDrives (t: Test): () => RestingDrive[] {
  const seen = new Set<RestingDrive>()
  const { wake } = RestingDrive.prototype
  // Nothing of a node tells of its drives.
  RestingDrive.prototype.wake = async function () {
    seen.add(this)
    await wake.call(this)
  }
  t.teardown(() => { RestingDrive.prototype.wake = wake })
  return () => [...seen].filter(({ closing }) => !closing)
}

t.test('the drives of a newsletter rest while nobody is met about it, and it is read, and goes on, all the same', async t => {
  const drives = watchDrives(t)
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'Rests')
  const params = { newsletter }
  const [ref] = await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  t.notOk(drives().some(({ isResting }) => isResting), 'while they are connected, none does')

  await author.stop()
  const rests = async (): Promise<unknown> => await until('it rests', () => drives().length === 1 && drives()[0]!.isResting)
  await rests()
  t.equal((await reader.client.getSubscription({ params })).progress.issues.ready, 1)
  t.match((await reader.client.getIssueContent({ params: { issue: ref! } })).content, 'Text of issue 1.')
  await rests()

  await author.restart()
  await publishIssues(author, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
  await author.stop()
  await reader.restart()
  await rests()
  t.equal((await reader.client.getSubscription({ params })).progress.issues.ready, 2)
  await reader.client.reindex()
  t.equal((await reader.client.getSubscription({ params })).progress.issues.ready, 2)
})

t.test('what is written here does not rest', async t => {
  const drives = watchDrives(t)
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'Mine')
  const other = await createNewsletter(reader, 'Yours')
  await publishIssues(author, newsletter, 1)
  await author.client.subscribe({ body: { address: other } })
  await publishIssues(reader, other, 1)
  await untilComplete(author, other, 1)
  await reader.stop()
  await until('what is read rests', () => drives().filter(({ isResting }) => isResting).length === 1)
  t.equal(drives().length, 2)
})
