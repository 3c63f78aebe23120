import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { ColporteurProcess, type NodeProcess, run, startNode } from '../support/processes.ts'
import { realNewsletters } from '../support/real-newsletters.ts'
import { until } from '../support/until.ts'

/**
 * From a dead laptop to the next issue, with the commands that a person gives: an author with a catalogue is killed and the
 * home deleted; `restore` on an empty home with the words; publish; until a reader has the new issue. With
 * COLPORTEUR_REAL_NEWSLETTERS for the real newsletter with most issues, else for a synthetic one of 200.
 */

const ISSUES = 200
const READERS = 2

const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
const running: NodeProcess[] = []
try {
  const [{ name, folder: source }] = [...(await realNewsletters()).filter(({ name }) => /swift/i.test(name)), await syntheticNewsletter()]
  await measure(name, source)
} finally {
  for (const { process } of running) await process.kill()
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function measure (title: string, source: string): Promise<void> {
  const old = join(folder, 'old')
  const author = await start('old')
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title } })
  const { published, sizeBytes } = JSON.parse((await run(['import', '--home', old, title, source, '--json'])).stdout) as { published: number, sizeBytes: number }
  const readers = await Promise.all(Array.from({ length: READERS }, (_, i) => start(`reader-${i}`)))
  for (const { client } of readers) await client.subscribe({ body: { address: newsletter } })
  for (const reader of readers) await untilReady(reader, newsletter, published)
  await author.process.kill()
  await rm(old, { recursive: true })

  const home = join(folder, 'new')
  const startedMs = performance.now()
  const since = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
  const restoring = new ColporteurProcess(['restore', '--home', home, '--yes', '--bootstrap', dht.addresses, '--bind', '127.0.0.1'], { input: words })
  const seen = async (text: string): Promise<string> => {
    await until(`it says ${text}`, () => restoring.stderr.includes(text))
    return since()
  }
  const found = await seen('found')
  const known = await seen('everything is known')
  const signed = await seen('the new root')
  const { code, stderr } = await restoring.finished
  if (code !== 0) throw new Error(`It was not restored:\n${stderr}`)
  const here = since()
  const issue = join(folder, 'next.md')
  await writeFile(issue, '# The next one\n\nWe go on.\n')
  const anew = await start('new')
  await run(['publish', '--home', home, newsletter, issue])
  const next = since()
  for (const reader of readers) await untilReady(reader, newsletter, published + 1)
  console.log(`restore of "${title}", ${published} issues, ${(sizeBytes / 1e6).toFixed(1)} MB, from ${READERS} readers, after so long:
  found ${found}; known how far it had come ${known}; new writer, and somebody knows ${signed}; the whole catalogue here, command ended ${here}
  a node started and the next issue published ${next}; it is with every reader ${since()}`)
  await stop(anew)
}

async function start (who: string): Promise<NodeProcess> {
  const node = await startNode(join(folder, who), dht.addresses)
  running.push(node)
  return node
}

async function stop ({ process }: NodeProcess): Promise<void> {
  process.child.kill('SIGTERM')
  await process.finished
}

async function untilReady ({ client }: NodeProcess, newsletter: string, issues: number): Promise<void> {
  await until(`${issues} issues are ready`, async () => (await client.getNewsletter({ params: { newsletter } })).issues.ready === issues)
}

async function syntheticNewsletter (): Promise<{ name: string, folder: string }> {
  const source = join(folder, 'synthetic')
  await mkdir(source)
  for (let i = 0; i < ISSUES; i++) {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
    await writeFile(join(source, `${day}-issue.md`), `# Issue of ${day}\n\n${`Sentence ${i}. `.repeat(600)}\n`)
  }
  return { name: 'synthetic', folder: source }
}
