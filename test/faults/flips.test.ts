import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { flips } from './flips.ts'
import { runSuite } from './run-suite.ts'

t.test('whichever bit of a home turns over, everything is there again, and whole, or it is said what is wrong', async t => {
  const { figures, broken } = await runSuite(flips, t, { flips: 3, elsewhere: 3 })
  t.same(broken, [], figures)
})

t.test('damage that shows while the node starts does not keep it from starting', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Bits')
  await publishIssues(author, newsletter, 2)
  const home = join(network.folder, 'reader')
  let reader = await startNode(home, network.addresses)
  t.teardown(() => reader.process.kill())
  await reader.client.subscribe({ body: { address: newsletter } })
  const untilThere = async (): Promise<unknown> => await until('both issues are here', async () => {
    return await reader.client.getNewsletter({ params: { newsletter } }).then(({ issues }) => issues.ready === 2, () => false)
  })
  await untilThere()
  await reader.process.kill()
  reader = await startNode(home, network.addresses) // which makes a table of its log
  reader.process.child.kill('SIGTERM')
  await reader.process.finished

  const store = join(home, 'store', 'db')
  const table = join(store, (await readdir(store)).find(name => name.endsWith('.sst'))!)
  const file = await open(table, 'r+')
  await file.write(Buffer.alloc(64, 0x55), 0, 64, Math.floor((await stat(table)).size * 0.6))
  await file.close()
  reader = await startNode(home, network.addresses)
  await untilThere()
  t.ok((await readdir(home)).some(name => name.startsWith('store.damaged-')), 'the store is another')
})
