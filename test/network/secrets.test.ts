import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import t from 'tap'
import { api } from '../../shared/api/api.ts'
import type { Endpoint } from '../../shared/api/endpoint.ts'
import { entropyOfWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { MACHINE_KEY, readOpened } from '../support/machine-key.ts'
import { publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import { SecretForms } from '../support/secret-forms.ts'
import { until } from '../support/until.ts'

const PASSPHRASE = 'correct horse battery staple'
const isLinux = process.platform === 'linux'

/** `file`: path in the home of the one file that is meant for it; null: none is. */
interface Secret { forms: SecretForms, file: string | null }

interface Stage { author: NodeProcess, reader: TestNode, home: string, newsletter: string, backup: string, secrets: Secret[], hookTold: string }

/** An author who does what an author does, with everything in it that is a secret, and says all of it. */
async function stage (): Promise<Stage> {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const [home, backup, hookTold] = ['author', 'all.backup', 'hook'].map(name => join(network.folder, name)) as [string, string, string]
  await mkdir(home, { mode: 0o700 })
  // What the node starts is looked at from within.
  await writeFile(join(home, 'config.json'), JSON.stringify({ logLevel: 'debug', notify: ['/bin/sh', '-c', `cat /proc/$$/environ /proc/$$/cmdline > ${hookTold}`] }), { mode: 0o600 })
  const author = await startNode(home, network.addresses)
  t.teardown(() => author.process.kill())
  const { client } = author
  const code = new URL(await author.process.firstLine()).hash.split('=')[1]!
  const { token: session } = await client.openSession({ body: { code } })
  const { newsletter: { address: newsletter }, words } = await client.createNewsletter({ body: { title: 'Mine' } })
  const { newsletter: { address: sealed }, words: sealedWords } = await client.createNewsletter({ body: { title: 'Sealed', passphrase: PASSPHRASE } })
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  await client.showWords({ params: { newsletter: sealed }, body: { passphrase: PASSPHRASE } })
  await client.makeBackup({ body: { path: backup, passphrase: PASSPHRASE, withWriter: true } })
  const { text } = await client.proposeRoot({ params: { newsletter }, body: { change: { kind: 'state', state: 'resting' } } })
  await client.publishRoot({ body: { text: (await client.signProposal({ body: { text, words } })).text } })
  await client.confirmWords({ params: { newsletter }, body: { words: sealedWords } }).then(() => t.fail('words of another newsletter are confirmed'), () => {})

  const stored = async (file: string): Promise<string> => (await readOpened(join(home, file))).toString('utf8').trim()
  const secret = (name: string, bytes: Uint8Array | string, file: string | null): Secret => ({ forms: new SecretForms(name, bytes), file })
  const keys = `keys/${newsletter}`
  const { drive, signing } = JSON.parse(await stored(`${keys}/writer.json`)) as Record<'drive' | 'signing', { secretKey: string }>
  const seedOf = (secretKey: string): Buffer => Buffer.from(secretKey, 'hex').subarray(0, 32)
  return {
    author, reader, home, newsletter, backup, hookTold,
    secrets: [
      secret('the token of programs', author.token, 'token'),
      secret('the token of programs, as bytes', Buffer.from(author.token, 'base64url'), 'token'),
      secret('the token of the console', session, null),
      secret('the code of the console', code, null),
      secret('the machine key', Buffer.from((await readFile(MACHINE_KEY, 'utf8')).trim().split(':')[1]!, 'base64url'), null),
      secret('the node\'s seed', Buffer.from(await stored('keys/node.key'), 'hex'), null),
      secret('the key of the drive', seedOf(drive.secretKey), null),
      secret('the key that signs', seedOf(signing.secretKey), null),
      secret('what the words are made from', entropyOfWords(words), null),
      secret('the key of the root', rootKeyFromWords(words, 0).secretKey.subarray(0, 32), null),
      secret('what the sealed words are made from', entropyOfWords(sealedWords), null),
      secret('the sealed key of the root', rootKeyFromWords(sealedWords, 0).secretKey.subarray(0, 32), null),
      secret('the words', words, null),
      secret('the sealed words', sealedWords, null),
      secret('the passphrase', PASSPHRASE, null)
    ]
  }
}

const { author, reader, home, newsletter, backup, secrets, hookTold } = await stage()

/** The secrets that stand somewhere, but for those whose place it is. */
function told (where: string, content: Buffer | string, isPlaceOf: (secret: Secret) => boolean = () => false): string[] {
  const bytes = Buffer.from(content as Buffer)
  return secrets.flatMap(secret => {
    const form = secret.forms.formIn(bytes)
    return form && !isPlaceOf(secret) ? [`${secret.forms.name} stands in ${where}, ${form}`] : []
  })
}

t.test('no page and no answer tells a secret that was not asked for', async t => {
  const bearer = { authorization: `Bearer ${author.token}` }
  const asked: string[] = []
  const check = async (path: string, headers: Record<string, string> = {}, base = author.url): Promise<void> => {
    const response = await fetch(new URL(path, base), { headers })
    asked.push(`${response.status} ${path.split('?')[0]}`)
    const text = await response.text()
    t.same(told(`the answer to GET ${path}`, `${JSON.stringify([...response.headers])}\n${text}`), [])
  }
  const { issues: [issue] } = await author.client.listIssues({ params: { newsletter } })
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  const values: Record<string, string> = { newsletter, issue: issue!.ref, draft, revision: '1', writer: 'w1', version: '0' }
  for (const { method, path } of Object.values<Endpoint>(api)) {
    if (method === 'GET') await check(path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? 'none')), bearer)
  }
  const { path, readingPort } = await author.client.openIssue({ params: { issue: issue!.ref } })
  const { feeds } = await author.client.listFeeds()
  const preview = await author.client.openDraft({ params: { draft } })
  for (const page of ['/', '/docs', '/openapi.json', '/nowhere', path, preview.path, ...feeds.flatMap(({ page, atom, rss, json }) => [page, atom, rss, json])]) await check(page)
  for (const page of ['/lectern.html', path]) await check(page, {}, `http://127.0.0.1:${readingPort}`)
  await check('/api/status', { authorization: 'Bearer wrong' })
  t.ok(asked.filter(line => line.startsWith('200')).length > 30, `${asked.length} answers, such as ${asked.slice(0, 5).join(', ')}`)
})

t.test('no list of processes tells a secret, nor what a program of somebody else is started with', { skip: !isLinux && 'only Linux has /proc' }, async t => {
  await author.client.testNotification({ body: {} })
  await until('the program has told what it was given', async () => (await readFile(hookTold).catch(() => '')).includes('COLPORTEUR_TITLE'))
  t.same(told('what the program of a person is given', await readFile(hookTold)), [])
  const pids = await descendantsOf(author.process.child.pid!)
  t.equal(pids.length, 2, 'the node, and who watches over it')
  for (const pid of pids) {
    for (const file of ['cmdline', 'environ']) {
      const content = await readFile(`/proc/${pid}/${file}`)
      t.ok(content.length > 0)
      t.same(told(`/proc/${pid}/${file}`, content), [])
    }
  }
})

t.test('no log tells a secret', async t => {
  await until('it has said something', () => author.process.stderr.includes('Ctrl-C'))
  t.same(told('the log', author.process.stderr), [])
  t.same(told('what it prints', author.process.stdout, ({ forms: { name } }) => name === 'the code of the console'), [])
})

t.test('no file tells a secret but the one that is meant for it, also after a kill, and nobody else can open any', async t => {
  await author.process.kill()
  const found = new Set<string>()
  for (const [folder, own] of [[home, true], [reader.home, false]] as const) {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      const place = relative(folder, path)
      if (own) t.equal((await stat(path)).mode & 0o077, 0, `nobody else can open ${place}`)
      if (!entry.isFile()) continue
      // Of a node that runs, some are gone again.
      const content = own ? await readFile(path) : await readFile(path).catch(() => '')
      t.same(told(place, content, ({ file, forms: { name } }) => {
        const isIts = own && file === place
        if (isIts) found.add(name)
        return isIts
      }), [])
    }
  }
  t.same(told('the backup', await readFile(backup)), [])
  t.same([...found].sort(), secrets.filter(({ file }) => file !== null).map(({ forms: { name } }) => name).sort(), 'and in that one each is found by the same search')
})

/** A process, and those that it has started, and so on. */
async function descendantsOf (pid: number): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...(await Promise.all(children.map(descendantsOf))).flat()]
}
