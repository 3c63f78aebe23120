import { EventEmitter } from 'node:events'
import { watch } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Notifier, type NotifierParts } from '../../console/notify/notifier.ts'
import type { Notification } from '../../shared/api/notifications.ts'
import { listen } from '../support/events.ts'
import { createNewsletter, log, testNetwork, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'
import { issueNamed } from './samples.ts'

const HOSTILE = '"; touch /tmp/pwned; $(id) `id` -- --help <b>&'

async function folderOf (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-notify-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A program that writes down what it was given. */
async function writingProgram (folder: string, name: string): Promise<{ path: string, given: () => Promise<string[]> }> {
  const path = join(folder, name)
  const file = join(folder, `${name}.given`)
  await writeFile(path, `#!${process.execPath}\nrequire('fs').appendFileSync(${JSON.stringify(file)}, JSON.stringify([process.argv.slice(2), process.env.COLPORTEUR_TITLE, process.env.COLPORTEUR_TEXT, process.env.COLPORTEUR_COUNT, process.env.COLPORTEUR_ISSUE]) + '\\n')\n`)
  await chmod(path, 0o700)
  return { path, given: async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean) }
}

t.test('what has come is told once, by a program that gets it as it is and through no shell', async t => {
  const folder = await folderOf(t)
  const program = await writingProgram(folder, 'tell')
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, HOSTILE)
  await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# From before\n\nText.\n' } } })
  const reader = await network.open('reader', { notify: [program.path, '--one', 'two words'] })
  t.match(await reader.client.getNotifications(), { how: 'program', program: program.path, digest: null })
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const events = await listen(t, reader)
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: `# ${HOSTILE}\n\nText.\n` } } })
  t.match(await events.until('notified', ({ kind }) => kind === 'issues'), { total: 1, newsletters: 1, issues: [{ ref }] })
  const [given] = await until('the program was called', async () => (await program.given()).length > 0 ? await program.given() : null)
  const { issue: { title } } = await reader.client.getIssue({ params: { issue: ref } })
  t.same(JSON.parse(given!), [['--one', 'two words'], HOSTILE, title, '1', ref], 'and not of what had been published before')

  await author.client.correctIssue({ params: { issue: ref }, body: { source: { markdown: '# Corrected\n\nText.\n' }, change: 'correction', note: 'So.' } })
  await until('the correction is here', async () => (await reader.client.getIssue({ params: { issue: ref } })).issue.title === 'Corrected')
  await reader.restart()
  t.match(await reader.client.testNotification({ body: {} }), { kind: 'test' })
  t.same((await program.given()).map(line => JSON.parse(line)[2]), [title, 'This is how new issues are told.'], 'a correction, and another start, tell nothing anew')
})

t.test('by the desktop, once a day, and with a program that is not there', async t => {
  const folder = await folderOf(t)
  const desktop = await writingProgram(folder, 'notify-send')
  let now = new Date('2026-05-06T07:00:00')
  const told: Notification[] = []
  const arrivals = new EventEmitter()
  const open = async (config: NotifierParts['config']): Promise<Notifier> => {
    const notifier = new Notifier({ arrivals: arrivals as unknown as NotifierParts['arrivals'], config, file: join(folder, 'digest.json'), environment: { PATH: folder }, log, now: () => now, gatherMs: 1 })
    notifier.on('notified', notification => told.push(notification))
    await notifier.ready()
    return notifier
  }
  const first = await open({ notify: 'desktop', digest: '08:00' })
  for (const name of ['One', '--Two <b> \\074i\\076\\377']) arrivals.emit('arrived', issueNamed(name))
  first.digestIfDue()
  await first.close()
  t.same(told, [], 'not before it is time')
  now = new Date('2026-05-06T08:01:00')
  const second = await open({ notify: 'desktop', digest: '08:00' })
  const [given] = await until('the desktop was asked', async () => (await desktop.given()).length > 0 ? await desktop.given() : null)
  t.same(JSON.parse(given!)[0], ['--app-name=Colporteur', '--', '2 new issues of The Long Road', 'The Long Road: --Two &lt;b&gt; \\\\074i\\\\076\\\\377\nThe Long Road: One'], 'also of what came before a restart')
  second.digestIfDue()
  await second.close()
  t.match(told, [{ kind: 'digest', total: 2 }], 'and only once')
  const none = await open({ notify: [join(folder, 'none')], digest: null })
  await t.rejects(none.test(), { code: 'NOT_FOUND', message: /can not be run \(ENOENT\)/ })
  await none.close()
})

t.test('a digest is told when it is time, though that can not be written down', async t => {
  const folder = await folderOf(t)
  const home = join(folder, 'home')
  let now = new Date('2026-05-06T07:00:00')
  const told: Notification[] = []
  const arrivals = new EventEmitter()
  const notifier = new Notifier({ arrivals: arrivals as unknown as NotifierParts['arrivals'], config: { notify: 'off', digest: '08:00' }, file: join(home, 'digest.json'), environment: {}, log, now: () => now })
  notifier.on('notified', notification => told.push(notification))
  await notifier.ready()
  arrivals.emit('arrived', issueNamed('One'))
  await until('it is kept', async () => (await readFile(join(home, 'digest.json'), 'utf8').catch(() => '')).includes('One'))
  await rm(home, { recursive: true })
  await writeFile(home, 'a file, in which there can be no other')
  now = new Date('2026-05-06T08:01:00')
  notifier.digestIfDue()
  await notifier.close()
  t.match(told, [{ kind: 'digest', total: 1 }])
})

t.test('what waits for the digest is not written anew for each of many that come at once', async t => {
  const folder = await folderOf(t)
  const file = join(folder, 'digest.json')
  const arrivals = new EventEmitter()
  const notifier = new Notifier({ arrivals: arrivals as unknown as NotifierParts['arrivals'], config: { notify: 'off', digest: '08:00' }, file, environment: {}, log })
  await notifier.ready()
  let changes = 0
  const watcher = watch(folder, () => changes++)
  const long = '\u4e00'.repeat(500)
  for (let i = 0; i < 2_000; i++) arrivals.emit('arrived', { ...issueNamed(`Issue ${i} ${long}`), newsletterTitle: long })
  await notifier.close()
  await until('it was seen', () => changes > 0)
  watcher.close()
  const text = await readFile(file, 'utf8')
  t.match(JSON.parse(text), { waiting: { total: 2_000 } }, 'none is lost')
  t.ok(text.length < 10_000, `${text.length} characters: no more is kept than will be told`)
  let now = new Date()
  const later = new Notifier({ arrivals: arrivals as unknown as NotifierParts['arrivals'], config: { notify: 'off', digest: '08:00' }, file, environment: {}, log, now: () => now })
  await later.ready()
  now = new Date(now.getTime() + 24 * 60 * 60_000)
  const told: Notification[] = []
  later.on('notified', notification => told.push(notification))
  later.digestIfDue()
  await later.close()
  t.match(told, [{ kind: 'digest', total: 2_000, newsletters: 1, issues: [{ title: /^Issue 1999 / }, {}, {}, {}, {}] }])
  t.equal(told[0]!.issues[0]!.title.length, 200)
  t.ok(changes < 100, `${changes} changes in the folder`)
})
