import { join } from 'node:path'
import t from 'tap'
import { findRunningNode, type RunningNode } from '../../console/running-node.ts'
import { createClient, fetchSender } from '../../shared/api/client.ts'
import { pidOfNode, spawnNode, startNode } from '../support/processes.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

/** The program that runs, with nobody who reads what it says from now on. */
function close ({ child }: ReturnType<typeof spawnNode>): void {
  child.stdout!.destroy()
  child.stderr!.destroy()
}

async function running (home: string): Promise<RunningNode> {
  return await until('a node answers', () => findRunningNode(home))
}

t.test('a node whose output nobody reads from the beginning starts all the same, and ends as it is asked to', async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'home')
  const node = spawnNode(home, network.addresses)
  t.teardown(() => node.kill())
  close(node) // as with `| true`
  const { url, token, pid } = await running(home)
  t.equal(pid, node.child.pid)
  t.match(await createClient(fetchSender({ url, token })).getStatus(), { restarts: 0, problems: [] }, 'and has not failed over it')
  node.child.kill('SIGTERM')
  t.match(await node.finished, { code: 143 })
  t.equal(await findRunningNode(home), null)
})

t.test('a node goes on when whoever reads its first line goes, whatever it has to say then', { skip: process.platform === 'linux' ? false : 'only Linux tells which process the node is' }, async t => {
  const network = await testNetwork(t)
  const node = await startNode(join(network.folder, 'home'), network.addresses, { environment: { COLPORTEUR_LOG_LEVEL: 'debug' } })
  t.teardown(() => node.process.kill())
  close(node.process) // as with `| head -1`
  const { startedAt } = await node.client.getStatus()
  // What watches over it has to say so.
  process.kill(await pidOfNode(node), 'SIGKILL')
  await until('it runs again', async () => {
    const status = await node.client.getStatus().catch(() => null)
    return status && status.startedAt !== startedAt && status.restarts === 1
  })
  t.equal(node.process.child.exitCode, null)
  node.process.child.kill('SIGTERM')
  t.match(await node.process.finished, { code: 143 })
})
