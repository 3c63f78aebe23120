import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Finished, run } from '../support/processes.ts'

type Command = (args: string[], input?: string) => Promise<Finished>

/** A home with a newsletter, called Mine; `own` runs commands there. */
async function stage (t: Test): Promise<{ folder: string, home: string, own: Command }> {
  const folder = t.testdir({})
  const home = join(folder, 'home')
  const own: Command = async (args, input = '') => await run([...args, '--home', home], { input })
  t.match(await own(['newsletter', 'create', '--title', 'Mine']), { code: 0 })
  return { folder, home, own }
}

t.test('a folder of several texts is no issue: none of them is published by mistake', async t => {
  const { folder, own } = await stage(t)
  const project = join(folder, 'project')
  await mkdir(project)
  for (const name of ['README.md', 'CHANGELOG.md']) await writeFile(join(project, name), '# A text\n')
  const refused = await own(['publish', 'Mine', project])
  t.match(refused, { code: 1, stderr: /project holds several Markdown files, and it is not clear which is the issue\. Name the file itself, or call the text of the issue index\.md\./ })
  t.match((await own(['issues', 'Mine', '--json'])).stdout, /"issues":\[\]/)
  await writeFile(join(project, 'index.md'), '# The issue\n')
  t.match(await own(['publish', 'Mine', project, '--dry-run']), { code: 0, stdout: /"The issue"/ })
  const empty = join(folder, 'empty')
  await mkdir(empty)
  t.match(await own(['publish', 'Mine', empty]), { code: 1, stderr: /empty holds no Markdown file\./ })
  t.match((await run(['publish', '--help'])).stdout, /a folder: its index\.md or issue\.md, or its only Markdown file/)
})

t.test('what is no folder to import from is said in words', async t => {
  const { folder, own } = await stage(t)
  const file = join(folder, 'one.md')
  await writeFile(file, '# One\n')
  t.match(await own(['import', 'Mine', file]), { code: 1, stderr: /one\.md is no folder\. "colporteur publish" publishes one file/ })
  t.match(await own(['import', 'Mine', join(folder, 'nope')]), { code: 1, stderr: /nope can not be read: there is nothing of that name\. Is the path right\?/ })
})

t.test('a program to tell of issues that is not there is refused when it is named', async t => {
  const { folder, home } = await stage(t)
  const text = join(folder, 'text')
  await writeFile(text, 'no program')
  for (const notify of [join(folder, 'nope'), text, folder, 'no-such-program']) {
    const args = ['start', '--headless', '--port', '0', '--bootstrap', '127.0.0.1:1', '--bind', '127.0.0.1', '--home', home, '--notify', notify]
    t.match(await run(args), { code: 2, stdout: '', stderr: `colporteur: ${notify} is no program that can be run.` }, notify)
  }
})

t.test('a title in which a shell would read something else stands in no hint', async t => {
  const { own } = await stage(t)
  const title = 'Now $(touch x)'
  const made = await own(['newsletter', 'create', '--title', title])
  const link = made.stdout.trim()
  t.match(made.stderr, `colporteur keys confirm ${link}\n`)
  t.match((await own(['newsletter', 'show', title])).stdout, `colporteur keys show ${link} shows them`)
  t.match((await own(['keys', 'show', title])).stderr, `colporteur keys confirm ${link}`)
  t.match((await own(['lock', title], 'correct horse battery\n')).stderr, `colporteur keys show ${link}.`)
})

t.test('what a newsletter may take at most is shown with it', async t => {
  const { own } = await stage(t)
  t.match((await own(['newsletter', 'show', 'Mine'])).stdout, /^limits +[\d.]+ (bytes|kB) of at most 1\.1 GB for its lists of issues; 16,777,216 entries a writer; 2\.1 GB an issue; 30,000 requests a second from a peer$/m)
})

t.test('hints name the newsletter, so that they can be used as they are', async t => {
  const { own } = await stage(t)
  t.match((await own(['newsletter', 'show', 'Mine'])).stdout, /^recovery words +not confirmed: .*colporteur keys show "Mine" shows them/m)
  t.match((await own(['lock'], 'correct horse battery\n')).stderr, /To see them: colporteur keys show "Mine"\./)
})

t.test('that there is no such issue is said before anybody is asked to agree', async t => {
  const { own } = await stage(t)
  for (const command of ['retract', 'erase']) {
    const { code, stderr } = await own([command, '01zz', '--note', 'x'])
    t.equal(code, 3, command)
    t.notMatch(stderr, /--yes|Type yes/)
  }
})

t.test('who subscribes again is told so', async t => {
  const { own } = await stage(t)
  const address = 'y'.repeat(52)
  t.match(await own(['subscribe', address]), { code: 0, stderr: /^Subscribed\. /m })
  t.match(await own(['subscribe', address]), { code: 0, stderr: /^Subscribed already\. /m })
})

t.test('groups of commands show examples, and --bind is called the same everywhere', async t => {
  for (const group of ['backup', 'keys', 'newsletter', 'opml', 'root', 'writers']) {
    t.match(await run([group, '--help']), { code: 0, stdout: new RegExp(`^Examples:\\n  colporteur ${group} `) }, group)
  }
  for (const command of ['start', 'subscribe', 'copies', 'keep', 'bootstrap']) {
    t.match((await run([command, '--help'])).stdout, /--bind <ip> +IPv4 address/, command)
  }
})
