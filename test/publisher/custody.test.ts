import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createWords, entropyOfWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import { listen } from '../support/events.ts'
import { createNewsletter, testNetwork, type TestNode } from '../support/network.ts'
import { run } from '../support/processes.ts'

t.test('words that were put off can be shown again, until somebody confirms them', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const params = { newsletter: 'Mine' }
  t.ok(newsletter.wordsUnconfirmed)
  await author.restart()
  const key = keyIdText(rootKeyFromWords(words, 0).publicKey)
  t.same(await author.client.getWordCustody({ params }), { sets: 1, threshold: 1, unconfirmed: [key], sealed: false })
  t.same(await author.client.showWords({ params, body: {} }), { sets: [{ key, words, next: false }] })
  t.ok(await holds(author, entropyOfWords(words)), 'what they are made from lies in the home')

  const events = await listen(t, author)
  await t.rejects(author.client.confirmWords({ params, body: { words: createWords() } }), { code: 'BAD_WORDS', message: /not those of this newsletter/ })
  await t.rejects(author.client.confirmWords({ params, body: { words: words.replace(/\w+$/, 'abandon') } }), { code: 'BAD_WORDS' })
  t.ok((await author.client.getNewsletter({ params })).wordsUnconfirmed, 'wrong words confirm nothing')
  t.same(await author.client.confirmWords({ params, body: { words: `  ${words.toUpperCase()}` } }), { sets: 1, threshold: 1, unconfirmed: [], sealed: false })
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

/** Whether any file of a home holds these bytes, or their digits. */
async function holds ({ home }: TestNode, secret: Uint8Array): Promise<boolean> {
  const bytes = Buffer.from(secret)
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const content = await readFile(join(entry.parentPath, entry.name))
    if (content.includes(bytes) || content.includes(bytes.toString('hex'))) return true
  }
  return false
}
