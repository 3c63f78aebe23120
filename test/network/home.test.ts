import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

t.test('what a home holds is for its owner alone, and the store never holds a secret', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Mine')
  await publishIssues(author, newsletter, 2)
  await author.stop()

  const { drive, signing } = JSON.parse(await readFile(join(author.home, 'keys', newsletter, 'writer.json'), 'utf8')) as Record<'drive' | 'signing', { secretKey: string }>
  const root = JSON.parse(await readFile(join(author.home, 'keys', newsletter, 'root.json'), 'utf8')) as { secrets: [{ secret: string }] }
  const secrets = [drive.secretKey, signing.secretKey, root.secrets[0].secret].map(secret => Buffer.from(secret, 'hex').subarray(0, 32))
  for (const entry of await readdir(author.home, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    t.equal(mode & 0o077, 0, `nobody else can open ${entry.name}`)
    if (!entry.isFile() || path.includes('/keys/')) continue
    const content = await readFile(path)
    t.notOk(secrets.some(secret => content.includes(secret) || content.includes(secret.toString('hex'))), `${entry.name} holds no secret`)
  }
})

t.test('a store that came back older is not written on, and readers keep what they have', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Restored')
  await publishIssues(author, newsletter, 1)
  const store = join(author.home, 'store')
  const backup = join(network.folder, 'backup')
  await author.stop()
  await cp(store, backup, { recursive: true })
  await author.restart()
  await publishIssues(author, newsletter, 2, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)

  await author.stop()
  await rm(store, { recursive: true })
  await cp(backup, store, { recursive: true })
  await t.rejects(author.restart(), { code: 'BEHIND' }, 'a copied store is noticed')

  // A person who helps themselves over that, with nobody else online.
  await rm(join(store, 'CORESTORE'))
  await reader.stop()
  await author.restart()
  await t.rejects(publishIssues(author, newsletter, 1, 4), { code: 'BEHIND' })

  await reader.restart()
  await until('the author has caught up from the reader', async () => (await author.client.getNewsletter({ params: { newsletter } })).issues.ready === 3)
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  t.same((await reader.client.getInbox({ query: {} })).issues.map(({ number }) => number), [4, 3, 2, 1])
})

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

t.test('a node that could meet nobody says so instead of starting', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-bind-'))
  t.teardown(() => rm(folder, { recursive: true }))
  // For documentation (RFC 5737): no machine has it.
  const started = await run(['start', '--home', join(folder, 'home'), '--port', '0', '--bind', '192.0.2.1', '--bootstrap', '127.0.0.1:1'])
  t.match(started, { code: 2, stdout: '', stderr: /Nobody can be met on 192\.0\.2\.1/ })
})

t.test('a private DHT says what it can not have, and ends', async t => {
  const { addresses, close } = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  t.teardown(close)
  const taken = addresses.split(',')[0]!.replace('127.0.0.1:', '')
  t.match(await run(['bootstrap', '--port', taken]), { code: 2, stdout: '', stderr: new RegExp(`UDP port ${taken} of 127\\.0\\.0\\.1 is taken`) })
  t.match(await run(['bootstrap', '--bind', '192.0.2.1']), { code: 2, stdout: '', stderr: /Nobody can be met on 192\.0\.2\.1/ })
  t.match(await run(['bootstrap', '--port', '65534']), { code: 2, stdout: '', stderr: /3 ports are left/ })
})
