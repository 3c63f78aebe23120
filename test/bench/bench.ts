import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { type NodeProcess, run, startNode } from '../support/processes.ts'
import { realNewsletters } from '../support/real-newsletters.ts'
import { until } from '../support/until.ts'

/**
 * What a person waits for, measured with real processes on this machine: start, import, and how long a reader takes to
 * have everything, from the publisher and from another reader alone. `npm run bench`; with the environment variable
 * COLPORTEUR_REAL_NEWSLETTERS also for real newsletters.
 */

const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
try {
  await measureStart()
  for (const { name, folder } of [await syntheticNewsletter(), ...await realNewsletters()]) await measureNewsletter(name, folder)
} finally {
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function measureStart (): Promise<void> {
  const home = join(folder, 'start')
  const [cold, coldMs] = await timed(() => startNode(home, dht.addresses))
  await stop(cold)
  const [warm, warmMs] = await timed(() => startNode(home, dht.addresses))
  await stop(warm)
  const [, helpMs] = await timed(() => run(['--help']))
  console.log(`start to ready: ${coldMs} ms on a new home, ${warmMs} ms on an old one; --help ${helpMs} ms`)
}

async function measureNewsletter (name: string, source: string): Promise<void> {
  const home = (who: string): string => join(folder, `${name}-${who}`)
  const author = await startNode(home('author'), dht.addresses)
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: name } })
  const [imported, importMs] = await timed(() => author.client.importIssues({ params: { newsletter }, body: { path: source } }))
  const [, againMs] = await timed(() => author.client.importIssues({ params: { newsletter }, body: { path: source } }))
  const first = await startNode(home('first'), dht.addresses)
  const [, fromPublisherMs] = await timed(() => readAll(first, newsletter, imported.published))
  const { memoryBytes: authorBytes } = await author.client.getStatus()
  await stop(author)
  const second = await startNode(home('second'), dht.addresses)
  const [, fromReaderMs] = await timed(() => readAll(second, newsletter, imported.published))
  const { memoryBytes: readerBytes } = await second.client.getStatus()
  await stop(first)
  await stop(second)
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(`${name}: ${imported.published} issues, ${mb(imported.sizeBytes)} (${imported.failed.length} failed)
  import ${importMs} ms (${Math.round(imported.published / importMs * 1000)}/s), again ${againMs} ms
  a reader has all after ${fromPublisherMs} ms from the publisher, ${fromReaderMs} ms from a reader alone (ratio ${(fromReaderMs / fromPublisherMs).toFixed(2)})
  on disk ${mb(await sizeOf(join(home('author'), 'store')))} store + ${mb(await sizeOf(join(home('author'), 'library')))} library at the author, ${mb(await sizeOf(join(home('second'), 'store')))} + ${mb(await sizeOf(join(home('second'), 'library')))} at a reader
  memory (RSS) ${mb(authorBytes)} author, ${mb(readerBytes)} reader`)
}

async function readAll ({ client }: NodeProcess, newsletter: string, issues: number): Promise<void> {
  await client.subscribe({ body: { address: newsletter } })
  await until('all is here', async () => {
    const { progress } = await client.getSubscription({ params: { newsletter } })
    return progress.state === 'upToDate' && progress.issues.ready === issues
  }, () => client.getSubscription({ params: { newsletter } }))
}

/** 500 short issues, for a machine without real newsletters. */
async function syntheticNewsletter (): Promise<{ name: string, folder: string }> {
  const source = join(folder, 'synthetic')
  await mkdir(source)
  for (let i = 0; i < 500; i++) {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
    await writeFile(join(source, `${day}-issue.md`), `# Issue of ${day}\n\n${`Sentence ${i}. `.repeat(600)}\n`)
  }
  return { name: 'synthetic', folder: source }
}

async function stop ({ process }: NodeProcess): Promise<void> {
  process.child.kill('SIGTERM')
  await process.finished
}

async function timed<T> (work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now()
  const result = await work()
  return [result, Math.round(performance.now() - startedMs)]
}

async function sizeOf (path: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512
  }
  return bytes
}
