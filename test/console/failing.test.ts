import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Status } from '../../shared/api/node.ts'
import { FAULTY, hangsWhileOpening } from '../support/faulty-node.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { type NodeProcess, pidOfNode, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = process.platform === 'linux' ? false : 'only Linux tells which process the node is'
/** After so long any loop without a turn is ended, whatever it does. */
const WITHOUT_A_LOOK_MS = 20_000
/** After six failures in a row it is waited so long. */
const LONG_WAIT_MS = 16_000

async function startFaulty (t: Test): Promise<NodeProcess> {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: FAULTY })
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
  t.comment(`${signal}: again after ${Math.round(performance.now() - startedMs)} ms`) // `npm run faults -- hang` demands that it is soon
  return status
}

t.test('a node that fails, or hangs, is started again, at the same place, and says so', { skip }, async t => {
  const node = await startFaulty(t)
  t.match(await node.client.getStatus(), { restarts: 0, problems: [], pid: node.process.child.pid })
  t.match(await fail(t, node, 'SIGUSR2'), { restarts: 1, problems: [{ code: 'INTERNAL', reason: /failed and was started again by itself, once, .*: nobody caught it: \[address\]/ }], pid: node.process.child.pid })
  t.match(await fail(t, node, 'SIGHUP'), { restarts: 2, problems: [{ reason: /2 times, .*: It hung\. It failed 2 times in a row, .* 1 s were waited/ }] }, 'its event loop was stuck')
  t.match(await fail(t, node, 'SIGKILL'), { restarts: 3 })
  t.equal(node.process.stdout.trim().split('\n').length, 1, 'its address is printed once')
})

t.test('a node whose event loop waits for what never comes is started again soon', { skip }, async t => {
  const node = await startFaulty(t)
  const startedMs = performance.now()
  const [status] = await Promise.all([
    fail(t, node, 'SIGALRM'),
    until('it was ended', () => node.process.stderr.includes('It hung.')).then(() => { t.ok(performance.now() - startedMs < WITHOUT_A_LOOK_MS) })
  ])
  t.match(status, { restarts: 1, problems: [{ reason: /It hung\./ }] })
})

t.test('a node that hangs while it is opened is started again', { skip }, async t => {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: hangsWhileOpening(join(network.folder, 'hung')) })
  t.teardown(() => node.process.kill())
  t.match(await node.client.getStatus(), { restarts: 1, problems: [{ reason: /It hung\./ }] })
  t.match(node.process.stderr, /The node failed and is started again: It hung\./)
})

t.test('a node that fails again and again stays on, off the network meanwhile, and what is here can be read', { skip }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const address = await createNewsletter(author, 'Read on')
  await publishIssues(author, address, 1)
  const node = await startNode(join(network.folder, 'reader'), network.addresses, { environment: FAULTY })
  t.teardown(() => node.process.kill())
  await node.client.subscribe({ body: { address } })
  await until('the issue is here', async () => (await node.client.getStatus()).issues.ready === 1)
  for (let i = 1; i < 3; i++) t.match(await fail(t, node, 'SIGKILL'), { restarts: i, network: { state: /alone|connected/ } })
  t.match(await fail(t, node, 'SIGKILL'), { restarts: 3, network: { state: 'off' }, problems: [{}, { reason: /meets nobody and reads nothing new for 30 s/ }] })
  t.match(node.process.stderr, /fails soon after each start, and is started again without the network/)
  const { issues: [issue] } = await node.client.listIssues({ params: { newsletter: address } })
  t.match(await node.client.verifyIssue({ params: { issue: issue!.ref } }), { verified: true })

  await publishIssues(author, address, 1, 2)
  const seen = async (): Promise<Status | null> => await node.client.getStatus().catch(() => null) // it is opening everything anew
  await until('it meets others again', async () => /alone|connected/.test((await seen())?.network.state ?? ''), seen)
  const status = await until('it fetches again', async () => {
    const status = await seen()
    return status?.issues.ready === 2 ? status : null
  }, seen)
  t.match(status, { restarts: 3, problems: [{ reason: /3 times/ }] })
  t.equal(status.problems.length, 1, 'and says nothing else of it any more')
})

t.test('a node that is asked to end between two starts is not started again, however long it is waited', { skip }, async t => {
  const node = await startFaulty(t)
  for (let i = 1; i < 6; i++) t.match(await fail(t, node, 'SIGKILL'), { restarts: i })
  process.kill(await pidOfNode(node), 'SIGKILL')
  await until('it waits before it starts the node again', () => node.process.stderr.includes(`started again in ${LONG_WAIT_MS / 1_000} s`))
  const askedMs = performance.now()
  node.process.child.kill('SIGTERM')
  t.match(await node.process.finished, { code: 143 })
  t.ok(performance.now() - askedMs < LONG_WAIT_MS / 2)
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
