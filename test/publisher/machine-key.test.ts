import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { entropyOfWords } from '../../shared/format/words.ts'
import { readOpened } from '../support/machine-key.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run, startNode } from '../support/processes.ts'
import { SecretForms } from '../support/secret-forms.ts'
import { until } from '../support/until.ts'

interface Stage { network: TestNetwork, author: TestNode, newsletter: string, words: string, secrets: SecretForms[] }

/** An author, and all secrets that lie in the home. */
async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  await publishIssues(author, newsletter, 1)
  const { drive, signing } = JSON.parse((await readOpened(join(author.home, 'keys', newsletter, 'writer.json'))).toString('utf8')) as Record<'drive' | 'signing', { secretKey: string }>
  const seedOf = (secretKey: string): Buffer => Buffer.from(secretKey, 'hex').subarray(0, 32)
  const secrets = [
    new SecretForms('the key of the drive', seedOf(drive.secretKey)),
    new SecretForms('the key that signs', seedOf(signing.secretKey)),
    new SecretForms('what the words are made from', entropyOfWords(words)),
    new SecretForms('the node\'s seed', Buffer.from((await readOpened(join(author.home, 'keys', 'node.key'))).toString('utf8').trim(), 'hex'))
  ]
  return { network, author, newsletter, words, secrets }
}

/** Which secrets stand in a home, in whatever form, and where. */
async function found (home: string, secrets: SecretForms[]): Promise<string[]> {
  const told: string[] = []
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    for (const secret of secrets) if (secret.formIn(content)) told.push(`${secret.name} in ${relative(home, path)}`)
  }
  return told.sort()
}

t.test('no secret stands in a home; one that lies there from before, or since the key was switched off, is sealed at the next start', async t => {
  const { network, author, newsletter, secrets } = await stage(t)
  await author.stop()
  t.same(await found(author.home, secrets), [])

  // As an earlier version left it.
  const before = await network.open('author', { machineKey: null })
  await before.stop()
  t.same(await found(author.home, secrets), [
    'the key of the drive in keys/' + newsletter + '/writer.json', 'the key that signs in keys/' + newsletter + '/writer.json',
    'the node\'s seed in keys/node.key', 'what the words are made from in keys/' + newsletter + '/root.json'
  ], 'and switched off, each is found by the same search')

  const file = join(network.folder, 'stick.key')
  const moved = await network.open('author', { machineKey: { file, isUsual: false } })
  await publishIssues(moved, newsletter, 1, 2)
  t.match((await moved.client.getNewsletter({ params: { newsletter } })).notWriting, null, 'sealed anew, the keys are at home')
  await moved.stop()
  t.same(await found(author.home, secrets), [])
  t.same((await readdir(join(author.home, 'keys', newsletter))).filter(name => name.startsWith('.')), [])
})

t.test('where the machine key is missing the node keeps and serves, keeps no new secret, and says what it needs; with the file it publishes again', async t => {
  const { network, author, newsletter, secrets } = await stage(t)
  await author.stop()
  const file = join(network.folder, 'stick.key')
  const place = { file, isUsual: false }
  const before = await network.open('author', { machineKey: place })
  const other = await createNewsletter(before, 'Another')
  await publishIssues(before, other, 1)
  await before.stop()
  await rename(file, `${file}.away`)
  const without = await network.open('author', { machineKey: place })
  const missing = { code: 'NO_MACHINE_KEY', message: /machine key.*stick\.key.*Put the file back/ }
  await t.rejects(publishIssues(without, newsletter, 1, 2), missing)
  await t.rejects(without.client.createNewsletter({ body: { title: 'New' } }), missing)
  t.match(await without.client.getStatus(), {
    problems: [{ code: 'NO_MACHINE_KEY', reason: `The machine key ${file} is missing.` }], missingMachineKey: file
  }, 'for all newsletters it is said once')
  t.match(await without.client.getNewsletter({ params: { newsletter: other } }), { notWriting: { code: 'NO_MACHINE_KEY' } })
  t.ok((await without.client.getNewsletter({ params: { newsletter } })).wordsUnconfirmed, 'the words lie here, though they can not be read')
  await t.rejects(without.client.showWords({ params: { newsletter }, body: {} }), missing)
  t.notOk((await readdir(network.folder)).includes('stick.key'), 'no other one is made in its place')
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const unknown = (await reader.client.listPeers()).peers.map(({ key }) => key)
  await without.stop()
  t.same(await found(author.home, secrets), [])

  await rename(`${file}.away`, file)
  const again = await network.open('author', { machineKey: place })
  await publishIssues(again, newsletter, 1, 2)
  await publishIssues(again, other, 1, 2)
  await untilComplete(reader, newsletter, 2)
  const known = (await reader.client.listPeers()).peers.map(({ key }) => key)
  t.notSame(known, unknown, 'and is the node again that it was')
  await rm(file)
  await t.rejects(again.client.createNewsletter({ body: { title: 'New' } }), missing, 'a key that is in memory alone seals nothing')
})

t.test('a running node notices that the missing machine key is back, and is itself again', async t => {
  const network = await testNetwork(t)
  const [home, file] = [join(network.folder, 'author'), join(network.folder, 'machine.key')]
  const options = { environment: { COLPORTEUR_MACHINE_KEY: file } }
  const before = await startNode(home, network.addresses, options)
  const { newsletter: { address: newsletter } } = await before.client.createNewsletter({ body: { title: 'Mine' } })
  await before.process.kill()
  await rename(file, `${file}.away`)
  const { process, client } = await startNode(home, network.addresses, options)
  t.teardown(() => process.kill())
  t.match(process.stderr, `The machine key ${file} is missing.`)
  t.match(await client.getStatus(), { missingMachineKey: file })

  await rename(`${file}.away`, file)
  await until('the key is not missing any more', async () => (await client.getStatus().catch(() => null))?.missingMachineKey === null)
  t.match(await client.getStatus(), { problems: { length: 0 }, restarts: 0 }, 'that was no failure')
  t.match(await client.getNewsletter({ params: { newsletter } }), { keys: 'plain', notWriting: null })
  await client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# One\n' } } })
  await client.createNewsletter({ body: { title: 'New' } })
})

t.test('without a node, commands say once and in plain words that the machine key is missing, and what to do', async t => {
  const { network, author, newsletter } = await stage(t)
  const file = join(network.folder, 'stick.key')
  await createNewsletter(author, 'Another')
  await author.stop()
  await (await network.open('author', { machineKey: { file, isUsual: false } })).stop()
  await rename(file, `${file}.away`)
  const asked = async (...args: string[]): Promise<{ stdout: string, stderr: string, told: number }> => {
    const { stdout, stderr } = await run([...args, '--home', author.home], { environment: { COLPORTEUR_MACHINE_KEY: file }, input: '# Two\n' })
    t.notMatch(stderr, /^\{/m, `${args[0]}: no line of the log`)
    return { stdout, stderr, told: (stdout + stderr).split(file).length - 1 }
  }
  t.match(await asked('newsletter', 'list'), { stderr: /^The machine key .*stick\.key is missing\..*Put the file back/, told: 1 })
  const status = await asked('status')
  t.match(status, { stdout: /^problem +The machine key .*stick\.key is missing\..*Put the file back/m, stderr: '', told: 1 })
  t.match(await asked('publish', newsletter, '-'), { stderr: /^colporteur: .*machine key.*Put the file back/, told: 1 })
})

t.test('who has lost the machine key goes on with the recovery words, also in a home that was copied to another machine', async t => {
  const { network, author, newsletter, words } = await stage(t)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const [there, here] = ['there.key', 'here.key'].map(name => join(network.folder, name)) as [string, string]
  await author.stop()
  await (await network.open('author', { machineKey: { file: there, isUsual: false } })).stop()
  await rm(there)
  const copy = join(network.folder, 'copy')
  await cp(author.home, copy, { recursive: true })
  const online = ['--home', copy, '--bootstrap', network.addresses, '--bind', '127.0.0.1']
  const environment = { COLPORTEUR_MACHINE_KEY: here }
  const refused = await run(['publish', newsletter, join(copy, '..', 'none.md'), '--home', copy], { environment })
  t.not(refused.code, 0)
  t.match(await run(['lock', '--home', copy], { input: 'correct horse battery\n', environment }), { code: 2, stderr: /sealed with the machine key/ }, 'nobody is told that there are no keys')
  t.match(await run(['restore', '--yes', ...online], { input: `${words}\n`, environment }), { code: 0 })
  t.match(await run(['keys', 'confirm', newsletter, '--home', copy], { input: words, environment }), { code: 0 })
  const restored = await network.open('copy', { machineKey: { file: here, isUsual: false } })
  await publishIssues(restored, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
  t.notOk((await restored.client.getNewsletter({ params: { newsletter } })).wordsUnconfirmed)
  t.match(await restored.client.lockKeys({ body: { passphrase: 'correct horse battery' } }), { newsletters: [{ keys: 'locked' }] })
})

t.test('what somebody has written into a home or a backup makes no node read what is no key', async t => {
  const { author, newsletter } = await stage(t)
  await author.stop()
  const file = join(author.home, 'keys', newsletter, 'root.json')
  const before = await readFile(file)
  for (const place of ['/dev/zero', 'relative', author.home]) {
    await writeFile(file, JSON.stringify({ machineKey: '0'.repeat(16), file: place, sealed: '00' }))
    await author.restart()
    await t.rejects(author.client.showWords({ params: { newsletter }, body: {} }), { code: 'NO_MACHINE_KEY', message: /is not here/ }, place)
    await author.stop()
  }
  await writeFile(file, before)
  await author.restart()
  t.match((await author.client.showWords({ params: { newsletter }, body: {} })).sets.length, 1)
})

t.test('a machine key that can not be used is named; the usual one that can not be made is done without, and that is said', async t => {
  const { network, author, secrets } = await stage(t)
  await author.stop()
  const place = (file: string): { machineKey: { file: string, isUsual: boolean } } => ({ machineKey: { file: join(network.folder, file), isUsual: false } })
  await t.rejects(network.open('author', place('nowhere/machine.key')), { code: 'BAD_CONFIG', message: /nowhere\/machine\.key can not be made \(ENOENT\)/ })
  await writeFile(join(network.folder, 'text.key'), 'a text', { mode: 0o600 })
  await t.rejects(network.open('author', place('text.key')), { code: 'BAD_CONFIG', message: /something else stands in it/ })
  await writeFile(join(network.folder, 'open.key'), 'a text', { mode: 0o600 })
  await chmod(join(network.folder, 'open.key'), 0o640)
  await t.rejects(network.open('author', place('open.key')), { code: 'HOME_UNSAFE', message: /Others on this machine can read/ })

  await writeFile(join(network.folder, 'file'), '')
  const sealed = await found(author.home, secrets)
  const reopened = await run(['newsletter', 'list', '--home', author.home], { environment: { COLPORTEUR_MACHINE_KEY: '', XDG_CONFIG_HOME: join(network.folder, 'file') } })
  t.match(reopened, { code: 0, stderr: /nothing new can be sealed/ })
  t.same([sealed, await found(author.home, secrets)], [[], []], 'and what is sealed stays so')
  const started = await run(['newsletter', 'list', '--home', join(network.folder, 'new')], { environment: { COLPORTEUR_MACHINE_KEY: '', XDG_CONFIG_HOME: join(network.folder, 'file') } })
  t.match(started, { code: 0, stderr: /lie in it as they are/ })
  await rm(join(network.folder, 'new'), { recursive: true })
  await mkdir(join(network.folder, 'settings'))
  await run(['newsletter', 'list', '--home', join(network.folder, 'new')], { environment: { COLPORTEUR_MACHINE_KEY: '', XDG_CONFIG_HOME: join(network.folder, 'settings') } })
  t.match(await readFile(join(network.folder, 'settings', 'colporteur', 'machine.key'), 'utf8'), /^colporteur-machine-key:[\w-]{43}\n$/)
})

t.test('keys to come that another machine key has sealed are kept when others are made in their place', async t => {
  const network = await testNetwork(t)
  const [first, second] = ['first.key', 'second.key'].map(name => join(network.folder, name)) as [string, string]
  const author = await network.open('author', { machineKey: { file: first, isUsual: false } })
  const newsletter = await createNewsletter(author, 'Mine')
  const renew = async ({ client }: TestNode): Promise<unknown> =>
    await client.proposeRoot({ params: { newsletter }, body: { change: { kind: 'takeOver', writers: ['w1'], reason: 'replaced' } } })
  await renew(author)
  await author.stop()
  const folder = join(author.home, 'keys', newsletter)
  const before = await readFile(join(folder, 'next-writer.json'))
  await rename(first, `${first}.away`)
  await renew(await network.open('author', { machineKey: { file: second, isUsual: false } }))
  const [kept] = (await readdir(folder)).filter(name => name.startsWith('next-writer.json.'))
  t.ok(before.equals(await readFile(join(folder, kept ?? 'next-writer.json'))), 'a proposal may name them')
})
