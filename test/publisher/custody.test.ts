import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { addressOf } from '../../shared/format/address.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createWords, entropyOfWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import { listen } from '../support/events.ts'
import { ifGone, readOpened } from '../support/machine-key.ts'
import { createNewsletter, testNetwork, type TestNode } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

t.test('words that were put off can be shown again, until somebody confirms them', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const params = { newsletter: 'Mine' }
  t.ok(newsletter.wordsUnconfirmed)
  await author.restart()
  const key = keyIdText(rootKeyFromWords(words, 0).publicKey)
  t.same(await author.client.getWordCustody({ params }), { sets: 1, threshold: 1, unconfirmed: [key], sealed: false, next: null })
  t.same(await author.client.showWords({ params, body: {} }), { sets: [{ key, words, next: false }] })
  t.ok(await holds(author, entropyOfWords(words)), 'what they are made from lies in the home')

  const events = await listen(t, author)
  await t.rejects(author.client.confirmWords({ params, body: { words: createWords() } }), { code: 'BAD_WORDS', message: /not those of this newsletter/ })
  await t.rejects(author.client.confirmWords({ params, body: { words: words.replace(/\w+$/, 'abandon') } }), { code: 'BAD_WORDS' })
  t.ok((await author.client.getNewsletter({ params })).wordsUnconfirmed, 'wrong words confirm nothing')
  t.same(await author.client.confirmWords({ params, body: { words: `  ${words.toUpperCase()}` } }), { sets: 1, threshold: 1, unconfirmed: [], sealed: false, next: null })
  await events.until('newsletterChanged', ({ address, wordsUnconfirmed }) => address === newsletter.address && !wordsUnconfirmed)
  t.notOk((await author.client.getNewsletter({ params })).wordsUnconfirmed)
  t.notOk(await holds(author, entropyOfWords(words)), 'nothing of it is left in the home')
  await t.rejects(author.client.showWords({ params, body: {} }), { code: 'NOT_FOUND', message: /written them down|wrote them down/ })
  t.match(await author.client.confirmWords({ params, body: { words } }), { unconfirmed: [] }, 'the paper can be checked again at any time')
  await author.restart()
  t.notOk((await author.client.getNewsletter({ params })).wordsUnconfirmed)
})

t.test('words sealed with a passphrase are of no use to whoever finds their file', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const [first, second] = ['correct horse battery', 'staple correct horse']
  const { words } = await author.client.createNewsletter({ body: { title: 'Mine', passphrase: first } })
  const params = { newsletter: 'Mine' }
  const secret = Buffer.from(rootKeyFromWords(words, 0).secretKey.subarray(0, 32))
  await author.restart()
  t.match(await author.client.getWordCustody({ params }), { sealed: true })
  t.notOk(await holds(author, entropyOfWords(words)) || await holds(author, secret), 'neither words nor key lie in the home')
  await t.rejects(author.client.showWords({ params, body: {} }), { code: 'BAD_PASSPHRASE', message: /sealed/ })
  t.match(await author.client.showWords({ params, body: { passphrase: first } }), { sets: [{ words }] })

  await t.rejects(author.client.sealWords({ params, body: { passphrase: second } }), { code: 'BAD_PASSPHRASE' }, 'nobody else may seal them anew')
  await author.client.sealWords({ params, body: { passphrase: second, current: first } })
  await t.rejects(author.client.showWords({ params, body: { passphrase: first } }), { code: 'BAD_PASSPHRASE' })
  t.match(await author.client.confirmWords({ params, body: { words } }), { unconfirmed: [], sealed: false }, 'confirming needs the words alone')
})

t.test('what the first version left of a root can be confirmed and sealed, but not shown', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const params = { newsletter: 'Mine' }
  await author.stop()
  const { publicKey, secretKey } = rootKeyFromWords(words, 0)
  const file = join(author.home, 'keys', newsletter.address, 'root.json')
  await writeFile(file, JSON.stringify({ publicKey, secretKey: Buffer.from(secretKey).toString('hex') }), { mode: 0o600 })
  await author.restart()
  t.ok((await author.client.getNewsletter({ params })).wordsUnconfirmed)
  await t.rejects(author.client.showWords({ params, body: {} }), { code: 'NOT_FOUND', message: /early version/ })
  await author.client.sealWords({ params, body: { passphrase: 'correct horse battery' } })
  t.notMatch(await readFile(file, 'utf8'), Buffer.from(secretKey.subarray(0, 32)).toString('hex'))
  t.match(await author.client.confirmWords({ params, body: { words } }), { unconfirmed: [] })
})

t.test('on the command line, words and passphrases come from stdin and never from the command', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  await createNewsletter(author, 'Mine')
  await author.stop()
  const keys = (args: string[], input = ''): ReturnType<typeof run> => run(['keys', ...args, '--home', author.home], { input })
  const shown = await keys(['show', 'Mine', '--json'])
  const [{ words }] = (JSON.parse(shown.stdout) as { sets: [{ words: string }] }).sets
  const inColumns = await keys(['show', 'Mine'])
  t.match(inColumns.stdout, new RegExp(` 1 ${words.split(' ')[0]} +7 ${words.split(' ')[6]} `))

  const sealed = await keys(['seal', 'Mine'], 'correct horse battery\n')
  t.match(sealed, { code: 0, stdout: /sealed with a passphrase/ })
  t.match(await keys(['show', 'Mine', '--json'], 'correct horse battery\n'), { code: 0, stdout: new RegExp(words) })
  t.match(await keys(['confirm', 'Mine']), { code: 2, stderr: /No words came/ })
  const inLines = words.split(' ').join('\n')
  t.match(await keys(['confirm', 'Mine'], inLines), { code: 0, stdout: /on paper alone/ })
  t.match(await keys(['show', 'Mine']), { code: 3, stderr: /wrote them down/ })
})

t.test('new words that are sealed are known of and shown while their change waits for the signatures of others', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const [first, second] = ['correct horse battery', 'staple correct horse']
  const { words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const params = { newsletter: 'Mine' }
  await author.client.confirmWords({ params, body: { words } })
  const propose = async (): Promise<unknown> => await author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1, passphrase: first } } })
  await propose()
  const { sets: [next] } = await author.client.showWords({ params, body: { passphrase: first } })
  t.match(await author.client.getWordCustody({ params }), { unconfirmed: [], sealed: false, next: { unconfirmed: [next!.key], sealed: true } })
  await author.stop()
  const keys = (args: string[], input = ''): ReturnType<typeof run> => run(['keys', ...args, '--home', author.home], { input })
  const status = await keys(['status', 'Mine'])
  t.match(status.stdout, new RegExp(`words to come.*${next!.key}.*sealed with a passphrase`))
  t.notMatch(status.stdout, /none/)
  t.match(await keys(['show', 'Mine', '--json'], `${first}\n`), { code: 0, stdout: new RegExp(next!.words) })
  t.match(await keys(['show', 'Mine'], `${second}\n`), { code: 2, stderr: /passphrase/i })
})

t.test('words of now and words to come that are sealed with two passphrases are each shown with their own', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const [first, second] = ['correct horse battery', 'staple correct horse']
  const { words } = await author.client.createNewsletter({ body: { title: 'Mine', passphrase: first } })
  const params = { newsletter: 'Mine' }
  await author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1, passphrase: second } } })
  const shown = async (passphrase?: string): Promise<unknown> => (await author.client.showWords({ params, body: { ...(passphrase && { passphrase }) } })).sets
  t.match(await shown(first), [{ words, next: false }])
  t.match(await shown(second), [{ next: true }])
  await t.rejects(shown('neither of the two'), { code: 'BAD_PASSPHRASE' })
  await t.rejects(shown(), { code: 'BAD_PASSPHRASE', message: /sealed/ })
  await author.stop()
  const told = await run(['keys', 'show', 'Mine', '--home', author.home], { input: `${second}\n` })
  t.match(told, { code: 0, stderr: /another passphrase/ }, 'who sees some is told of the others')
})

t.test('one set of words stands for several newsletters, each with an address of its own, and is kept nowhere', async t => {
  const network = await testNetwork(t)
  const [author, second] = [await network.open('author'), await network.open('second')]
  const { newsletter: first, words } = await author.client.createNewsletter({ body: { title: 'First' } })
  await author.client.confirmWords({ params: { newsletter: first.address }, body: { words } })
  const { newsletter: another, words: none } = await author.client.createNewsletter({ body: { title: 'Another', words } })
  t.equal(none, '')
  t.match(another, { role: 'own', wordsUnconfirmed: false })
  t.equal(another.address, addressOf(writeRootKeys({ keys: [rootKeyFromWords(words, 1).publicKey], threshold: 1 })), 'the one with the next number')
  t.notOk(await holds(author, rootKeyFromWords(words, 1).secretKey), 'no secret of them lies on the disk')
  t.match(await author.client.confirmWords({ params: { newsletter: another.address }, body: { words } }), { unconfirmed: [] }, 'the words are its own')

  const other = `${'abandon '.repeat(23)}art`
  await t.rejects(author.client.createNewsletter({ body: { title: 'Mine', words: other } }), { code: 'NOT_FOUND', message: /Restore or subscribe/ }, 'nobody knows what else these stand for')
  await t.rejects(author.client.createNewsletter({ body: { title: 'Mine', words: 'abandon' } }), { code: 'BAD_WORDS' })
  await t.rejects(author.client.createNewsletter({ body: { title: 'Mine', words, quorum: { threshold: 2, sets: 3 } } }), { code: 'BAD_REQUEST' })

  await second.client.subscribe({ body: { address: first.address } })
  await until('the first is known there', async () => (await second.client.getNewsletter({ params: { newsletter: first.address } })).rootNumber === 0)
  const { newsletter: third } = await second.client.createNewsletter({ body: { title: 'Third', words } })
  t.not(third.address, another.address, 'what another machine made with the words is found, and gets no second history')

  await author.stop()
  const home = ['--home', author.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1']
  t.match(await run(['newsletter', 'create', '--title', 'Fourth', '--existing-words', ...home], { input: words }), { code: 0, stdout: /^colporteur:/, stderr: /kept nowhere/ })

  await second.stop()
  const anew = await network.open('new')
  await author.restart()
  await anew.client.startRestoration({ body: { words } })
  await until('the words find all that the machine wrote', async () => (await anew.client.getRestoration()).restoration?.newsletters.length === 3)
})

/** Whether any file of a home holds these bytes, or their digits. */
async function holds ({ home }: TestNode, secret: Uint8Array): Promise<boolean> {
  const bytes = Buffer.from(secret)
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    // A file that is written anew meanwhile was there under another name.
    const content = await readOpened(join(entry.parentPath, entry.name)).catch(ifGone)
    if (content.includes(bytes) || content.includes(bytes.toString('hex'))) return true
  }
  return false
}
