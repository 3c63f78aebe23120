import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { run, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

t.test('an index that is lost or damaged is built anew from the drives', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Indexed')
  const [ref] = await publishIssues(author, newsletter, 3)
  await author.client.markIssue({ params: { issue: ref! }, body: { read: true } })
  await author.stop()
  await rm(join(author.home, 'library', 'library.sqlite'))
  await author.restart()
  const { issues } = await author.client.reindex()
  t.equal(issues, 3)
  const { title, issues: counts } = await author.client.getNewsletter({ params: { newsletter } })
  t.equal(title, 'Indexed')
  t.same(counts, { total: 3, ready: 3, unread: 2 })
})

t.test('a damaged root file takes its own newsletter alone, is kept aside, and comes again from a peer', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const [damaged, fine] = [await createNewsletter(author, 'Damaged'), await createNewsletter(author, 'Fine')]
  for (const newsletter of [damaged, fine]) {
    await publishIssues(author, newsletter, 1)
    await reader.client.subscribe({ body: { address: newsletter } })
    await untilComplete(reader, newsletter, 1)
  }
  await author.stop()
  await reader.stop()
  const file = join(reader.home, 'roots', `${damaged}.root`)
  const whole = await readFile(file)
  await writeFile(file, whole.subarray(0, 100))
  await reader.restart()
  t.match(await reader.client.getNewsletter({ params: { newsletter: damaged } }), { rootNumber: null, problem: { code: 'BAD_ROOT', reason: /was damaged, and is kept as .*\.damaged-\d+/ } })
  t.match(await reader.client.getNewsletter({ params: { newsletter: fine } }), { rootNumber: 0, problem: null, issues: { ready: 1 } })
  const [aside] = (await readdir(join(reader.home, 'roots'))).filter(name => name.includes('.damaged-'))
  t.same(await readFile(join(reader.home, 'roots', aside!)), whole.subarray(0, 100), 'nothing of it is lost')
  await author.restart()
  await until('the root came again', async () => (await reader.client.getNewsletter({ params: { newsletter: damaged } })).rootNumber === 0)
  t.match(await reader.client.getNewsletter({ params: { newsletter: damaged } }), { problem: null, issues: { ready: 1 } })
  t.same(await readFile(file), whole)
})

t.test('a list of subscriptions that is damaged is kept aside, and put together again from the library', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const [first, second] = [await createNewsletter(author, 'First'), await createNewsletter(author, 'Second')]
  for (const address of [first, second]) await reader.client.subscribe({ body: { address } })
  await reader.client.changeSubscription({ params: { newsletter: second }, body: { paused: true } })
  const file = join(reader.home, 'subscriptions.json')
  const whole = await readFile(file, 'utf8')
  const cases: [content: string, paused: boolean][] = [['{"followed":[', false], ['[]', false], ['', false], [whole.replace('subscribed', 'nonsense'), true]]
  for (const [content, paused] of cases) {
    await reader.stop()
    for (const name of await readdir(reader.home)) if (name.includes('.damaged-')) await rm(join(reader.home, name))
    await writeFile(file, content)
    await reader.restart()
    const { subscriptions } = await reader.client.listSubscriptions()
    t.same(subscriptions.map(({ newsletter }) => newsletter).sort(), [first, second].sort())
    t.equal(subscriptions.find(({ newsletter }) => newsletter === second)!.paused, paused, 'what can be read of the file stays')
    t.equal((await reader.client.getNewsletter({ params: { newsletter: second } })).announce, paused, 'and what can not be read announces nobody')
    t.match((await reader.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /kept as .*subscriptions\.json\.damaged-/ }])
    const [aside] = (await readdir(reader.home)).filter(name => name.includes('.damaged-'))
    t.equal(await readFile(join(reader.home, aside!), 'utf8'), content)
  }
  await reader.restart()
  t.match((await reader.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /kept as .*subscriptions\.json\.damaged-.* deleted that file and started/ }])
  for (const name of await readdir(reader.home)) if (name.includes('.damaged-')) await rm(join(reader.home, name))
  await reader.restart()
  t.same((await reader.client.getStatus()).problems, [], 'the new file is fine')
})

t.test('a second process on the same home is refused, and told what to do', async t => {
  const network = await testNetwork(t)
  const node = await network.open('home')
  const newsletter = await createNewsletter(node, 'Mine')
  await publishIssues(node, newsletter, 1)
  const second = await run(['start', '--headless', '--port', '0', '--home', node.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1'])
  t.equal(second.code, 77)
  t.match(second.stderr, /Another process|already running|in use|is using/i)
})

t.test('a node that could meet nobody says so instead of starting', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-bind-'))
  t.teardown(() => rm(folder, { recursive: true }))
  // For documentation (RFC 5737): no machine has it.
  const started = await run(['start', '--home', join(folder, 'home'), '--port', '0', '--bind', '192.0.2.1', '--bootstrap', '127.0.0.1:1'])
  t.match(started, { code: 2, stdout: '', stderr: /Nobody can be met on 192\.0\.2\.1/ })
})

t.test('a home where there can be none is refused at once', { skip: process.platform === 'linux' ? false : 'only Linux has /proc' }, async t => {
  for (const home of ['/proc/colporteur', '/proc/colporteur/home']) {
    const { code, stderr } = await run(['status', '--home', home])
    t.equal(code, 2)
    t.match(stderr, /can not be used/)
  }
})

t.test('a node that is told to end closes, and says by which signal it ended', async t => {
  const network = await testNetwork(t)
  const { process } = await startNode(join(network.folder, 'home'), network.addresses)
  process.child.kill('SIGTERM')
  const { code, stderr } = await process.finished
  t.equal(code, 143)
  t.match(stderr, /Closing/)
})

t.test('a private DHT says what it can not have, and ends', async t => {
  const { addresses, close } = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  t.teardown(close)
  const taken = addresses.split(',')[0]!.replace('127.0.0.1:', '')
  t.match(await run(['bootstrap', '--port', taken]), { code: 2, stdout: '', stderr: new RegExp(`UDP port ${taken} of 127\\.0\\.0\\.1 is taken`) })
  t.match(await run(['bootstrap', '--bind', '192.0.2.1']), { code: 2, stdout: '', stderr: /Nobody can be met on 192\.0\.2\.1/ })
  t.match(await run(['bootstrap', '--port', '65534']), { code: 2, stdout: '', stderr: /3 ports are left/ })
})
