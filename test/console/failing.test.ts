import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Status } from '../../shared/api/node.ts'
import { FAULTY, hangsUntilDoubted, hangsWhileOpening, opensAnew } from '../support/faulty-node.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { type NodeProcess, pidOfNode, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = process.platform === 'linux' ? false : 'only Linux tells which process the node is'
/** After so long any loop without a turn is ended, whatever it does. */
const WITHOUT_A_LOOK_MS = 20_000
/** After six failures in a row it is waited so long. */
const LONG_WAIT_MS = 16_000
/** More than the buffers of a connection take from who does not read. */
const LARGE_BYTES = 24 * 1024 * 1024

async function startFaulty (t: Test): Promise<NodeProcess> {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: FAULTY })
  t.teardown(() => node.process.kill())
  return node
}

/** A node that SIGHUP lets hang until another one is loaded; tells which that is: 0 before. */
async function startDoubted (t: Test, whether: { goesOn: boolean }): Promise<{ node: NodeProcess, pidOfAnother: () => Promise<number> }> {
  const network = await testNetwork(t)
  const file = join(network.folder, 'another')
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: hangsUntilDoubted(file, whether) })
  t.teardown(() => node.process.kill())
  return { node, pidOfAnother: async () => Number(await readFile(file, 'utf8').catch(() => '0')) }
}

function hasEnded (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** Publishes an issue with a film on the node itself; gives its ref. */
async function publishLarge ({ client }: NodeProcess, within: string): Promise<string> {
  const folder = join(within, 'large')
  await mkdir(folder)
  await writeFile(join(folder, 'film.mp4'), Buffer.alloc(LARGE_BYTES, 'a film'))
  await writeFile(join(folder, 'index.md'), '# Large\n\n[The film](film.mp4)\n')
  return (await client.publishIssue({ params: { newsletter: await createNewsletter({ client }, 'Films') }, body: { source: { path: folder } } })).ref
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

t.test('programs that a node starts do not hear that it is watched, and was started again', { skip }, async t => {
  const network = await testNetwork(t)
  const [program, heard] = [join(network.folder, 'tell'), join(network.folder, 'heard')]
  await writeFile(program, `#!/bin/sh\nenv > ${heard}\n`)
  await chmod(program, 0o700)
  const node = await startNode(join(network.folder, 'home'), network.addresses, { environment: { COLPORTEUR_NOTIFY: program } })
  t.teardown(() => node.process.kill())
  t.match(await fail(t, node, 'SIGKILL'), { restarts: 1 })
  await node.client.testNotification({ body: {} })
  const names = (await readFile(heard, 'utf8')).split('\n').map(line => line.split('=')[0]!)
  t.ok(names.includes('COLPORTEUR_TITLE'))
  t.same(names.filter(name => /WATCHED|RESTARTS/.test(name)), [])
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

t.test('while a node may hang, another one is loaded, which takes its place when it does', { skip }, async t => {
  const { node, pidOfAnother } = await startDoubted(t, { goesOn: false })
  t.match(await fail(t, node, 'SIGHUP'), { restarts: 1, problems: [{ reason: /It hung\./ }] })
  t.equal(await pidOfNode(node), await pidOfAnother())
})

t.test('one that goes on after all is not ended, and the other one is let go of', { skip }, async t => {
  const { node, pidOfAnother } = await startDoubted(t, { goesOn: true })
  const pid = await pidOfNode(node)
  process.kill(pid, 'SIGHUP')
  const another = await until('another one was started', pidOfAnother)
  await until('it is let go of', () => hasEnded(another))
  t.match(await node.client.getStatus(), { restarts: 0, problems: [] })
  t.equal(await pidOfNode(node), pid)
})

t.test('a node that hangs and is asked to end leaves no other one behind', { skip }, async t => {
  const { node, pidOfAnother } = await startDoubted(t, { goesOn: false })
  process.kill(await pidOfNode(node), 'SIGHUP')
  const another = await until('another one was started', pidOfAnother)
  node.process.child.kill('SIGTERM')
  t.match(await node.process.finished, { code: 143 })
  await until('it has ended', () => hasEnded(another))
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
  const large = await publishLarge(node, network.folder)
  await until('the film is here, too', async () => (await node.client.getStatus()).issues.ready === 2)
  for (let i = 1; i < 3; i++) t.match(await fail(t, node, 'SIGKILL'), { restarts: i, network: { state: /alone|connected/ } })
  t.match(await fail(t, node, 'SIGKILL'), { restarts: 3, network: { state: 'off' }, problems: [{}, { reason: /meets nobody and reads nothing new for 30 s/ }] })
  t.match(node.process.stderr, /fails soon after each start, and is started again without the network/)
  const { issues: [issue] } = await node.client.listIssues({ params: { newsletter: address } })
  t.match(await node.client.verifyIssue({ params: { issue: issue!.ref } }), { verified: true })

  // Nor does it wait for ever for who does not read an answer.
  const unread = connect(Number(new URL(node.url).port), '127.0.0.1').on('error', () => {})
  t.teardown(() => unread.destroy())
  unread.write(`GET /read/${large}/files/film.mp4 HTTP/1.1\r\nHost: ${new URL(node.url).host}\r\nAuthorization: Bearer ${node.token}\r\n\r\n`)
  const [begun] = await once(unread, 'data') as [Buffer]
  unread.pause()
  t.match(begun.toString('latin1'), /^HTTP\/1\.1 200 /)

  await publishIssues(author, address, 1, 2)
  const seen = async (): Promise<Status | null> => await node.client.getStatus().catch(() => null) // it is opening everything anew
  await until('it meets others again', async () => /alone|connected/.test((await seen())?.network.state ?? ''), seen)
  const status = await until('it fetches again', async () => {
    const status = await seen()
    return status?.issues.ready === 3 ? status : null
  }, seen)
  t.match(status, { restarts: 3, problems: [{ reason: /3 times/ }] })
  t.equal(status.problems.length, 1, 'and says nothing else of it any more')
})

t.test('a node that has to be opened anew again and again before it is open is told to be careful, too', { skip }, async t => {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses, { environment: opensAnew(join(network.folder, 'opened'), 3) })
  t.teardown(() => node.process.kill())
  t.match(await node.client.getStatus(), { restarts: 0, network: { state: 'off' }, problems: [{ reason: /meets nobody and reads nothing new for 30 s/ }] })
  t.match(node.process.stderr, /is started again without the network .*It had to open everything anew/)
})

t.test('a node whose home is away goes on when it is back, and makes no other in its place', { skip }, async t => {
  const network = await testNetwork(t)
  const [stick, away] = [join(network.folder, 'stick'), join(network.folder, 'away')]
  await mkdir(stick)
  const node = await startNode(join(stick, 'home'), network.addresses)
  t.teardown(() => node.process.kill())
  const pid = await pidOfNode(node)
  await rename(stick, away)
  process.kill(pid, 'SIGKILL')
  await until('it says what is missing', () => node.process.stderr.includes('is not there any more'), () => node.process.stderr)
  t.notOk((await readdir(network.folder)).includes('stick'))
  await rename(away, stick)
  const status = await until('it runs again', async () => await node.client.getStatus().catch(() => null), () => node.process.stderr)
  t.match(status.problems[0], { reason: /is not there any more/ })
})

t.test('a node whose settings can not be read for a moment is started again until they can', { skip }, async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'home')
  const node = await startNode(home, network.addresses)
  t.teardown(() => node.process.kill())
  await writeFile(join(home, 'config.json'), '{')
  process.kill(await pidOfNode(node), 'SIGKILL')
  await until('it says what is wrong', () => /started again in 1 s.*config\.json is not valid/.test(node.process.stderr), () => node.process.stderr)
  await rm(join(home, 'config.json'))
  await until('it runs again', async () => await node.client.getStatus().catch(() => null), () => node.process.stderr)
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
  await until('it has ended', () => hasEnded(pid))
})
