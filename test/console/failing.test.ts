import t, { type Test } from 'tap'
import { type NodeProcess, pidOfNode, startNode } from '../support/processes.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

/** What a program that is started with it does on a signal, as no message from outside could make it. */
const FAULTS = `--import data:text/javascript,${encodeURIComponent('if(process.send){process.on("SIGUSR2",()=>{throw new Error("nobody caught it: 192.0.2.7")});process.on("SIGHUP",()=>{while(true);})}')}`
const skip = process.platform === 'linux' ? false : 'only Linux tells which process the node is'
/** On a machine with nothing else to do it is 3 s. */
const AGAIN_MS = 30_000

async function startFaulty (t: Test): Promise<NodeProcess> {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: { NODE_OPTIONS: FAULTS } })
  t.teardown(() => node.process.kill())
  return node
}

/** Does something to the node's process; gives what it says of itself when it answers again, at the same address. */
async function fail (t: Test, node: NodeProcess, signal: NodeJS.Signals): Promise<{ restarts: number, problems: { code: string, reason: string }[] }> {
  const { startedAt } = await node.client.getStatus()
  const startedMs = performance.now()
  process.kill(await pidOfNode(node), signal)
  const status = await until('it runs again', async () => {
    const status = await node.client.getStatus().catch(() => null)
    return status && status.startedAt !== startedAt ? status : null
  })
  const elapsedMs = performance.now() - startedMs
  t.comment(`${signal}: again after ${Math.round(elapsedMs)} ms`)
  t.ok(elapsedMs < AGAIN_MS)
  return status
}

t.test('a node that fails, or hangs, is started again, at the same place, and says so', { skip }, async t => {
  const node = await startFaulty(t)
  t.match(await node.client.getStatus(), { restarts: 0, problems: [], pid: node.process.child.pid })
  t.match(await fail(t, node, 'SIGUSR2'), { restarts: 1, problems: [{ code: 'INTERNAL', reason: /failed and was started again by itself, once, .*: nobody caught it: \[address\]/ }], pid: node.process.child.pid })
  t.match(await fail(t, node, 'SIGHUP'), { restarts: 2, problems: [{ reason: /2 times, .*: It hung\./ }] }, 'its event loop was stuck')
  t.match(await fail(t, node, 'SIGKILL'), { restarts: 3 })
  t.equal(node.process.stdout.trim().split('\n').length, 1, 'its address is printed once')
  for (let i = 4; i <= 5; i++) t.match(await fail(t, node, 'SIGKILL'), { restarts: i })
  process.kill(await pidOfNode(node), 'SIGKILL')
  t.match(await node.process.finished, { code: 1, stderr: /failed again and again, and is not started any more/ })
})

t.test('a node that is asked to end between two starts is not started again', { skip }, async t => {
  const node = await startFaulty(t)
  await fail(t, node, 'SIGKILL')
  process.kill(await pidOfNode(node), 'SIGKILL')
  await until('it waits before it starts the node again', () => node.process.stderr.split('is started again').length === 3)
  node.process.child.kill('SIGTERM')
  t.match(await node.process.finished, { code: 143 })
})

t.test('with who watches over it, a node ends, however that ended', { skip }, async t => {
  const node = await startFaulty(t)
  const pid = await pidOfNode(node)
  await node.process.kill()
  await until('it has ended', () => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  })
})
