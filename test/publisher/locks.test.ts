import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Publisher } from '../../publisher/publisher.ts'
import type { PassphraseCost } from '../../shared/format/passphrase.ts'
import { entropyOfWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { changeByHand } from '../support/by-hand.ts'
import { listen } from '../support/events.ts'
import { ifGone, readOpened } from '../support/machine-key.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { SecretForms } from '../support/secret-forms.ts'
import { until } from '../support/until.ts'

const SAMPLE = fileURLToPath(new URL('../../../sample/the-long-road', import.meta.url))
const PASSPHRASE = 'correct horse battery staple'

interface Stage { network: TestNetwork, author: TestNode, newsletter: string, params: { newsletter: string }, words: string }

/** An author with two issues, whose words were not confirmed. */
async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  await publishIssues(author, newsletter, 2)
  return { network, author, newsletter, params: { newsletter }, words }
}

/** The secrets of a newsletter whose keys lie in the clear. */
async function secretsOf ({ author, newsletter, words }: Stage): Promise<SecretForms[]> {
  const { drive, signing } = JSON.parse((await readOpened(join(author.home, 'keys', newsletter, 'writer.json'))).toString('utf8')) as Record<'drive' | 'signing', { secretKey: string }>
  const seedOf = (secretKey: string): Buffer => Buffer.from(secretKey, 'hex').subarray(0, 32)
  return [
    new SecretForms('the key of the drive', seedOf(drive.secretKey)),
    new SecretForms('the key that signs', seedOf(signing.secretKey)),
    new SecretForms('what the words are made from', entropyOfWords(words)),
    new SecretForms('the key of the root', rootKeyFromWords(words, 0).secretKey.subarray(0, 32)),
    new SecretForms('the words', words),
    new SecretForms('the passphrase', PASSPHRASE)
  ]
}

/** Which secrets any file of a home holds, in whatever form, also for who has the machine key. */
async function found ({ home }: Pick<TestNode, 'home'>, secrets: SecretForms[]): Promise<string[]> {
  const told = new Set<string>()
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    // A file that is written anew meanwhile was there under another name.
    const content = await readOpened(path).catch(ifGone)
    for (const secret of secrets) if (secret.formIn(content)) told.add(`${secret.name} in ${relative(home, path)}`)
  }
  return [...told]
}

t.test('what is locked stands nowhere in the home, is served to new readers, and nothing is published before somebody unlocks it', async t => {
  const here = await stage(t)
  const { network, author, newsletter, params, words } = here
  const secrets = await secretsOf(here)
  t.equal((await found(author, secrets)).length, 3, 'until it is locked, keys and words lie here, and are found')
  t.match(await author.client.getNewsletter({ params }), { keys: 'plain' })
  const events = await listen(t, author)
  await t.rejects(author.client.lockKeys({ body: {} }), { code: 'BAD_PASSPHRASE' })
  t.same(await author.client.lockKeys({ body: { passphrase: PASSPHRASE } }), { newsletters: [{ newsletter, title: 'Mine', keys: 'locked' }] })
  await events.until('newsletterChanged', ({ address, keys }) => address === newsletter && keys === 'locked')
  t.same(await found(author, secrets), [])

  await author.restart()
  t.match(await author.client.getNewsletter({ params }), { keys: 'locked', notWriting: null, issues: { ready: 2 } })
  t.match(await author.client.getStatus(), { newsletters: { own: 1, locked: 1 }, problems: [] })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const { issues: [issue] } = await reader.client.listIssues({ params })
  t.ok((await reader.client.verifyIssue({ params: { issue: issue!.ref } })).verified)

  const locked = { code: 'LOCKED', message: /colporteur unlock/ }
  await t.rejects(publishIssues(author, newsletter, 1, 3), locked)
  await t.rejects(author.client.describeNewsletter({ params, body: { rhythm: 'Daily' } }), locked)
  await t.rejects(author.client.eraseIssue({ params: { issue: issue!.ref }, body: { note: 'Private' } }), locked)
  await t.rejects(author.client.importIssues({ params, body: { path: SAMPLE } }), locked)
  await t.rejects(author.client.proposeRoot({ params, body: { change: { kind: 'takeOver', writers: ['w1'], reason: 'replaced' } } }), locked, 'nor are keys made that a lost passphrase would seal')
  await t.rejects(author.client.makeBackup({ body: { passphrase: PASSPHRASE, withWriter: true } }), locked)
  await author.client.makeBackup({ body: { passphrase: PASSPHRASE } })
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  await author.client.saveDraft({ params: { draft }, body: { baseVersion: 0, title: 'Written', subtitle: '', markdown: 'While it was locked.' } })
  await t.rejects(author.client.publishDraft({ params: { draft }, body: {} }), locked, 'a draft can be written, and not published')

  for (const passphrase of ['', PASSPHRASE.toUpperCase()]) {
    await t.rejects(author.client.unlockKeys({ body: { passphrase } }), { code: passphrase === '' ? 'BAD_REQUEST' : 'BAD_PASSPHRASE' })
  }
  t.match(await author.client.getNewsletter({ params }), { keys: 'locked' })
  t.match(await author.client.unlockKeys({ body: { newsletters: ['Mine'], passphrase: PASSPHRASE } }), { newsletters: [{ keys: 'unlocked' }] })
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  t.same(await found(author, secrets), [], 'on the disk they stay sealed')
  await t.rejects(author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1 } } }), { code: 'BAD_PASSPHRASE', message: /--seal/ }, 'no new words lie beside them in the clear')

  t.match(await author.client.lockKeys({ body: {} }), { newsletters: [{ keys: 'locked' }] }, 'it is locked again without its passphrase')
  await t.rejects(publishIssues(author, newsletter, 1, 4), locked)
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await author.restart()
  await t.rejects(publishIssues(author, newsletter, 1, 4), locked, 'a node that starts again is locked')

  t.match(await author.client.unlockKeys({ body: { passphrase: PASSPHRASE, forGood: true } }), { newsletters: [{ keys: 'plain' }] })
  await author.restart()
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  t.match(await author.client.showWords({ params, body: { passphrase: PASSPHRASE } }), { sets: [{ words }] }, 'the words were sealed along, and stay so')
  t.same((await reader.client.getNewsletter({ params })).writers.filter(({ otherHistory }) => otherHistory), [])
})

t.test('keys that were put aside because they could not be read are locked and erased along with the others', async t => {
  const here = await stage(t)
  const { author, newsletter, params } = here
  const folder = join(author.home, 'keys', newsletter)
  const renew = async (): Promise<unknown> => await author.client.proposeRoot({ params, body: { change: { kind: 'takeOver', writers: ['w1'], reason: 'renewed' } } })
  await renew()
  const next = await readOpened(join(folder, 'next-writer.json'))
  const { drive } = JSON.parse(next.toString('utf8')) as { drive: { secretKey: string } }
  const secrets = [new SecretForms('the key to come', Buffer.from(drive.secretKey, 'hex').subarray(0, 32))]
  // Cut off at its end.
  const damaged = next.subarray(0, -5)
  await writeFile(join(folder, 'next-writer.json'), damaged)
  await renew()
  const aside = async (): Promise<string | undefined> => (await readdir(folder)).find(name => name.includes('.damaged-'))
  t.same(await found(author, secrets), [`the key to come in keys/${newsletter}/${await aside()}`])

  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  t.same(await found(author, secrets), [])
  await author.restart()
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE, forGood: true } })
  t.same(await readOpened(join(folder, (await aside())!)), damaged, 'unlocked, it lies there as it was')
  await author.client.leaveNewsletter({ params, body: {} })
  t.equal(await aside(), undefined)
  t.same(await found(author, secrets), [])
})

t.test('a copy of a locked home publishes nothing, also when it is unlocked; locking alone makes no home a copy', async t => {
  const { network, author, newsletter, params } = await stage(t)
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await author.stop()
  await cp(author.home, join(network.folder, 'copy'), { recursive: true })
  await author.restart()
  const copy = await network.open('copy', { network: false })
  await until('the copy says so, locked as it is', async () => (await copy.client.getNewsletter({ params })).notWriting !== null)
  t.match(await copy.client.getNewsletter({ params }), { keys: 'locked', notWriting: { code: 'BEHIND', reason: /was copied/ } })
  await copy.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await t.rejects(publishIssues(copy, newsletter, 1, 3), { code: 'BEHIND', message: /was copied/ })
  await copy.client.unlockKeys({ body: { passphrase: PASSPHRASE, forGood: true } })
  await t.rejects(publishIssues(copy, newsletter, 1, 3), { code: 'BEHIND', message: /was copied/ }, 'and written anew, the keys are not at home there')
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await publishIssues(author, newsletter, 1, 3)
})

t.test('what was to go out while the keys are locked waits, says so, and goes out when they are unlocked, after a restart as well', async t => {
  const { author, newsletter } = await stage(t)
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  const params = { draft }
  await author.client.saveDraft({ params, body: { baseVersion: 0, title: 'Waiting', subtitle: '', markdown: 'For the keys.' } })
  await author.client.publishDraft({ params, body: {} })
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await author.stop()
  // Its minute is over.
  const file = join(author.home, 'drafts', draft, 'draft.json')
  await changeByHand<{ publication: { goesOutAt: string } }>(file, ({ publication }) => { publication.goesOutAt = new Date().toISOString() })
  await author.restart()
  const isWaiting = async (): Promise<boolean> => (await author.client.getDraft({ params })).publication?.problem?.code === 'LOCKED'
  await until('it says why it waits', isWaiting, () => author.client.getDraft({ params }))
  t.match(await author.client.getDraft({ params }), { publication: { state: 'held' } }, 'it did not fail, and is not given up')
  await author.restart()
  t.ok(await isWaiting())
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await until('it has gone out', async () => (await author.client.listIssues({ params: { newsletter } })).issues.some(({ title }) => title === 'Waiting'))
  await until('it is no draft any more', async () => (await author.client.listDrafts()).drafts.length === 0)
})

t.test('a draft that meets the lock at the moment when somebody unlocks goes out', async t => {
  const { author, newsletter } = await stage(t)
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  const params = { draft }
  await author.client.saveDraft({ params, body: { baseVersion: 0, title: 'Waiting', subtitle: '', markdown: 'For the keys.' } })
  await author.client.publishDraft({ params, body: { at: new Date(Date.now() + 1_000).toISOString() } })
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  // Asked again after it was refused, and before that was noted.
  const { publishPrepared } = Publisher.prototype
  t.teardown(() => { Publisher.prototype.publishPrepared = publishPrepared })
  let refused = 0
  Publisher.prototype.publishPrepared = async function (...args) {
    return await publishPrepared.apply(this, args).catch(async (error: unknown) => {
      if (refused++ === 0) await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
      throw error
    })
  }
  await until('it has gone out', async () => (await author.client.listIssues({ params: { newsletter } })).issues.some(({ title }) => title === 'Waiting'), () => author.client.getDraft({ params }))
  t.equal(refused, 1)
})

t.test('a start brings to its end what a kill has cut off: all is sealed, and nothing is left of what stood there', async t => {
  const here = await stage(t)
  const { author, newsletter, params } = here
  const secrets = await secretsOf(here)
  const folder = join(author.home, 'keys', newsletter)
  const plain = await readOpened(join(folder, 'writer.json'))
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await author.stop()
  // As they lie between two writes: drafts of either form, and a second pair of keys that was not sealed yet.
  await writeFile(join(folder, '.writer.json.0a1b2c3d'), plain, { mode: 0o600 })
  await writeFile(join(folder, 'next-writer.json'), plain, { mode: 0o600 })
  t.not((await found(author, secrets)).length, 0)
  await author.restart()
  t.same(await found(author, secrets), [])
  t.same((await readdir(folder)).filter(name => name.startsWith('.')), [])
  t.match(await author.client.getNewsletter({ params }), { keys: 'locked' })
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await publishIssues(author, newsletter, 1, 3)
})

t.test('of several newsletters each is locked by itself, and those are unlocked that a passphrase opens', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const [first, second] = [await createNewsletter(author, 'First'), await createNewsletter(author, 'Second')]
  await author.client.lockKeys({ body: { newsletters: ['First'], passphrase: PASSPHRASE } })
  await publishIssues(author, second, 1)
  await author.client.lockKeys({ body: { passphrase: 'another passphrase' } })
  const states = async (): Promise<unknown[]> => (await author.client.listNewsletters()).newsletters.map(({ title, keys }) => `${title} ${keys}`).sort()
  t.same(await states(), ['First locked', 'Second locked'])
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  t.same(await states(), ['First unlocked', 'Second locked'], 'each with its own')
  await publishIssues(author, first, 1)
  await t.rejects(publishIssues(author, second, 1, 2), { code: 'LOCKED' })

  await reader.client.subscribe({ body: { address: first } })
  await untilComplete(reader, first, 1)
  t.match(await reader.client.getNewsletter({ params: { newsletter: first } }), { keys: null })
  await t.rejects(reader.client.lockKeys({ body: { newsletters: [first], passphrase: PASSPHRASE } }), { code: 'NOT_WRITER' })
  t.same(await reader.client.lockKeys({ body: { passphrase: PASSPHRASE } }), { newsletters: [] })
})

t.test('on the command line the passphrase comes from stdin, and where no node runs, who publishes is asked for it', async t => {
  const { author, newsletter } = await stage(t)
  await author.stop()
  const command = (args: string[], input = ''): ReturnType<typeof run> => run([...args, '--home', author.home], { input })
  t.match(await command(['lock']), { code: 2, stderr: /No passphrase came/ })
  t.match(await command(['lock'], 'short\n'), { code: 2, stderr: /10/ })
  t.match(await command(['lock'], `${PASSPHRASE}\n`), { code: 0, stdout: /^Mine +locked: nothing is published/, stderr: /recovery words alone[^]*written down the recovery words of Mine/ })
  for (const name of ['writer.json', 'root.json']) {
    const { lock } = JSON.parse(await readFile(join(author.home, 'keys', newsletter, name), 'utf8')) as { lock: PassphraseCost }
    t.match(lock, { opsLimit: 3, memLimitBytes: 256 * 1024 * 1024 }, 'each passphrase that is tried costs a second')
  }
  t.match(await command(['newsletter', 'list']), { stdout: /Mine +written here, locked/ })
  t.match(await command(['newsletter', 'show', 'Mine']), { stdout: /keys +locked[^]*recovery words +not confirmed: .* machine, sealed\./ })
  t.match(await command(['status']), { stdout: /1 written here \(1 locked\)/ })
  t.match(await command(['unlock'], `${PASSPHRASE}\n`), { code: 69, stderr: /colporteur start/ })
  const source = join(author.home, '..', 'third.md')
  await writeFile(source, '# Third\n\nText.\n')
  t.match(await command(['publish', 'Mine', source], 'not the passphrase\n'), { code: 2, stderr: /not the passphrase/ })
  t.match(await command(['publish', 'Mine', '-'], '# A text\n'), { code: 2, stderr: /stdin has given the text already. Name a file/ }, 'a text that took all of stdin is not waited behind')
  t.match(await command(['publish', 'Mine', source, '--dry-run']), { code: 0, stdout: /Would publish issue 3/, stderr: '' }, 'what signs nothing needs no keys')
  t.match(await command(['publish', 'Mine', source], `${PASSPHRASE}\n`), { code: 0, stderr: /Published issue 3/ })
  t.match(await command(['newsletter', 'show', 'Mine']), { stdout: /keys +locked/ }, 'for that order alone')
  const backup = join(author.home, '..', 'all.backup')
  t.match(await command(['backup', 'make', backup, '--with-writer'], `${PASSPHRASE}\n${PASSPHRASE}\n`), { code: 0, stderr: /holds the keys/ })

  await author.restart()
  await author.node.listen()
  t.match(await command(['publish', 'Mine', source, '--dry-run']), { code: 0, stdout: /Would publish|Already published/ })
  const { ref } = (await author.client.listIssues({ params: { newsletter } })).issues[0]!
  t.match(await command(['correct', ref, source, '--change', 'typo', '--dry-run']), { code: 0 })
  t.match(await command(['publish', 'Mine', source]), { code: 77, stderr: /are locked.*colporteur unlock/s })
  t.match(await command(['unlock', 'Mine', '--json'], `${PASSPHRASE}\n`), { code: 0, stdout: `{"newsletters":[{"newsletter":"${newsletter}","title":"Mine","keys":"unlocked"}]}\n` })
  t.match(await command(['correct', ref, source, '--change', 'typo']), { code: 0 })
  t.match(await command(['lock']), { code: 0, stdout: /^Mine +locked/ }, 'what was only unlocked is locked without a question')
  t.match(await command(['unlock', '--for-good'], `${PASSPHRASE}\n`), { code: 0, stdout: /without a passphrase, for you alone/ })
  t.match(await command(['unlock']), { code: 2, stderr: /nothing to unlock/ })
})

t.test('a key file takes the place of a passphrase: made for its owner alone, elsewhere than in the home', async t => {
  const here = await stage(t)
  const { network, author, newsletter } = here
  const secrets = await secretsOf(here)
  const [key, other] = [join(network.folder, 'stick.key'), join(network.folder, 'other.key')]
  const command = (args: string[], input = ''): ReturnType<typeof run> => run([...args, '--home', author.home], { input })
  await author.node.listen()
  t.match(await command(['lock', '--key-file', join(author.home, 'stick.key')]), { code: 2, stderr: /beside what it opens/ })
  t.match(await command(['lock', '--key-file', join(network.folder, 'nowhere', 'stick.key')]), { code: 1, stderr: /can not be written/ })
  await writeFile(other, 'Something else.\n')
  t.match(await command(['lock', '--key-file', other]), { code: 2, stderr: /no key file/ })
  t.equal(await readFile(other, 'utf8'), 'Something else.\n')
  t.match(await author.client.getNewsletter({ params: { newsletter } }), { keys: 'plain' })

  t.match(await command(['lock', '--key-file', key]), { code: 0, stdout: /^Mine +locked/ })
  t.equal((await stat(key)).mode & 0o777, 0o600)
  t.same(await found(author, [...secrets, new SecretForms('the key file', (await readFile(key, 'utf8')).trim())]), [])
  t.match(await command(['unlock', '--key-file', other]), { code: 2, stderr: /no key file/ })
  const second = join(network.folder, 'second.key')
  t.match(await command(['lock', '--key-file', second]), { code: 2, stderr: /sealed already.*--for-good/ }, 'nobody takes a file with them that opens nothing')
  await t.rejects(stat(second), { code: 'ENOENT' })
  t.match(await command(['lock'], 'another passphrase\n'), { code: 0, stderr: /stay sealed with what they were sealed with/ })
  await writeFile(other, `colporteur-key:${'A'.repeat(43)}\n`)
  t.match(await command(['unlock', '--key-file', other]), { code: 2, stderr: /not the passphrase/ })
  t.match(await command(['unlock', '--key-file', key]), { code: 0, stdout: /^Mine +unlocked/ })
  await publishIssues(author, newsletter, 1, 3)
  t.match(await command(['lock']), { code: 0 })
  await author.stop()
  const source = join(network.folder, 'fourth.md')
  await writeFile(source, '# Fourth\n\nText.\n')
  t.match(await command(['publish', 'Mine', source], await readFile(key, 'utf8')), { code: 0, stderr: /Published issue 4/ }, 'it can be given on stdin')
})

t.test('a passphrase that is forgotten costs no newsletter whose words are on paper', async t => {
  const { network, author, newsletter, params, words } = await stage(t)
  await author.client.confirmWords({ params, body: { words } })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await author.client.startRestoration({ body: { words } })
  await until('it is known that nothing is lost', async () => (await author.client.getRestoration()).restoration?.newsletters[0]?.problem?.code === 'CONFLICT')
  await author.client.stopRestoration()
  await author.client.leaveNewsletter({ params, body: {} })
  t.match(await author.client.getNewsletter({ params }), { keys: null, role: 'subscribed' })
  await author.stop()
  const restored = await run(['restore', '--home', author.home, '--yes', '--bootstrap', network.addresses, '--bind', '127.0.0.1'], { input: words })
  t.match(restored, { code: 0, stdout: `colporteur://${newsletter}\n` })
  await author.restart()
  t.match(await author.client.getNewsletter({ params }), { keys: 'plain', role: 'own' })
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
})

t.test('keys that could be unlocked, and not put into the clear for good, are used all the same', async t => {
  const { author, newsletter, params } = await stage(t)
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await withUnreadable(author, newsletter, async () => { await t.rejects(author.client.unlockKeys({ body: { passphrase: PASSPHRASE, forGood: true } })) })
  t.match(await author.client.getNewsletter({ params }), { keys: 'unlocked' })
  await publishIssues(author, newsletter, 1, 3)
})

t.test('while keys can not all be locked, nothing is published with those that were', async t => {
  const { author, newsletter } = await stage(t)
  await withUnreadable(author, newsletter, async () => {
    await t.rejects(author.client.lockKeys({ body: { passphrase: PASSPHRASE } }))
    await t.rejects(publishIssues(author, newsletter, 1, 3), { code: 'LOCKED' })
  })
})

/** The keys to come can't be read meanwhile, as on a disk that fails. */
async function withUnreadable ({ home }: TestNode, newsletter: string, work: () => Promise<void>): Promise<void> {
  const folder = join(home, 'keys', newsletter, 'next-writer.json')
  await mkdir(folder)
  await work()
  await rm(folder, { recursive: true })
}
