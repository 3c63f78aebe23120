import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { entropyOfWords } from '../../shared/format/words.ts'
import { readOpened } from '../support/machine-key.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { SecretForms } from '../support/secret-forms.ts'

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

t.test('where the machine key is missing the node keeps and serves, and says what it needs; with the file it publishes again', async t => {
  const { network, author, newsletter } = await stage(t)
  await author.stop()
  const file = join(network.folder, 'stick.key')
  const place = { file, isUsual: false }
  await (await network.open('author', { machineKey: place })).stop()
  await rename(file, `${file}.away`)
  const without = await network.open('author', { machineKey: place })
  await t.rejects(publishIssues(without, newsletter, 1, 2), { code: 'BAD_CONFIG', message: /sealed with the machine key [0-9a-f]{16}, which is not here any more.*stick\.key/ })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const other = await createNewsletter(without, 'Another')
  await publishIssues(without, other, 1)
  await without.stop()

  await rename(file, `${file}.new`)
  await rename(`${file}.away`, file)
  const again = await network.open('author', { machineKey: place })
  await publishIssues(again, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
  await t.rejects(publishIssues(again, other, 1, 2), { code: 'BAD_CONFIG' })
})

t.test('who has lost the machine key goes on with the recovery words', async t => {
  const { network, author, newsletter, words } = await stage(t)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await author.stop()
  const machineKey = { file: join(network.folder, 'stick.key'), isUsual: false }
  await (await network.open('author', { machineKey })).stop()
  await rm(machineKey.file)
  const online = ['--home', author.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1']
  t.match(await run(['restore', '--yes', ...online], { input: `${words}\n`, environment: { COLPORTEUR_MACHINE_KEY: machineKey.file } }), { code: 0 })
  const lost = await network.open('author', { machineKey })
  await publishIssues(lost, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
})

t.test('a machine key that can not be used is named; the usual one that can not be made is done without, and that is said', async t => {
  const { network, author } = await stage(t)
  await author.stop()
  const place = (file: string): { machineKey: { file: string, isUsual: boolean } } => ({ machineKey: { file: join(network.folder, file), isUsual: false } })
  await t.rejects(network.open('author', place('nowhere/machine.key')), { code: 'BAD_CONFIG', message: /nowhere\/machine\.key can not be used \(ENOENT\)/ })
  await writeFile(join(network.folder, 'text.key'), 'a text', { mode: 0o600 })
  await t.rejects(network.open('author', place('text.key')), { code: 'BAD_CONFIG', message: /is no machine key/ })
  await writeFile(join(network.folder, 'open.key'), 'a text', { mode: 0o600 })
  await chmod(join(network.folder, 'open.key'), 0o640)
  await t.rejects(network.open('author', place('open.key')), { code: 'HOME_UNSAFE', message: /Others on this machine can read/ })

  await writeFile(join(network.folder, 'file'), '')
  const started = await run(['newsletter', 'list', '--home', join(network.folder, 'new')], { environment: { COLPORTEUR_MACHINE_KEY: '', XDG_CONFIG_HOME: join(network.folder, 'file') } })
  t.match(started, { code: 0, stderr: /lie in it as they are/ })
  await rm(join(network.folder, 'new'), { recursive: true })
  await mkdir(join(network.folder, 'settings'))
  await run(['newsletter', 'list', '--home', join(network.folder, 'new')], { environment: { COLPORTEUR_MACHINE_KEY: '', XDG_CONFIG_HOME: join(network.folder, 'settings') } })
  t.match(await readFile(join(network.folder, 'settings', 'colporteur', 'machine.key'), 'utf8'), /^colporteur-machine-key:[\w-]{43}\n$/)
})
