import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { ColporteurProcess, type NodeProcess, run, startNode } from '../support/processes.ts'
import { realNewsletters } from '../support/real-newsletters.ts'

/**
 * What a person waits for, measured with the commands that they give, real processes and a private DHT on this machine:
 * start, import, and how long a reader takes to have everything, from the publisher and from another reader alone.
 * With COLPORTEUR_REAL_NEWSLETTERS also for real newsletters.
 */

const ISSUES = 500
/** Runs a program where there is no network at all, not even to this machine. */
const NO_NETWORK = ['unshare', '--net', '--map-root-user']

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
  const [first, newMs] = await timed(() => startNode(home, dht.addresses))
  const { memoryBytes } = await first.client.getStatus()
  await stop(first.process)
  const [second, oldMs] = await timed(() => startNode(home, dht.addresses))
  await stop(second.process)
  const [, helpMs] = await timed(() => run(['--help']))
  console.log(`start to ready: ${newMs} ms on a new home, ${oldMs} ms on an old one, ${await startWithoutNetwork()} without a network; ${mb(memoryBytes)} RSS; --help ${helpMs} ms`)
}

/** The public DHT is what it looks for there. */
async function startWithoutNetwork (): Promise<string> {
  if (spawnSync(NO_NETWORK[0]!, [...NO_NETWORK.slice(1), 'true']).status !== 0) return '(no namespaces to try it in here)'
  const node = new ColporteurProcess(['start', '--headless', '--port', '0', '--home', join(folder, 'offline')], { within: NO_NETWORK })
  const [, ms] = await timed(() => node.firstLine())
  await stop(node)
  return `${ms} ms`
}

async function measureNewsletter (name: string, source: string): Promise<void> {
  const home = (who: string): string => join(folder, `${name}-${who}`)
  const author = await startNode(home('author'), dht.addresses)
  const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: name } })
  const command = ['import', '--home', home('author'), name, source, '--json']
  const [{ stdout }, importMs] = await timed(() => run(command))
  const { published, failed, sizeBytes } = JSON.parse(stdout) as { published: number, failed: unknown[], sizeBytes: number }
  const [, againMs] = await timed(() => run(command))
  const authorBytes = (await author.client.getStatus()).memoryBytes
  const first = await startNode(home('first'), dht.addresses)
  const fromPublisherMs = await readAll(home('first'), address)
  await author.process.kill()
  const second = await startNode(home('second'), dht.addresses)
  const fromReaderMs = await readAll(home('second'), address)
  const readerBytes = (await second.client.getStatus()).memoryBytes
  const { issues } = await second.client.getNewsletter({ params: { newsletter: address } })
  await Promise.all([first, second].map(({ process }) => stop(process)))
  const onDisk = async (who: string): Promise<string> => `${mb(await sizeOf(home(who)))} (${(await sizeOf(home(who)) / sizeBytes).toFixed(2)} of the content)`
  // Killed, it left the space that its database had reserved for what it would write next.
  await stop((await startNode(home('author'), dht.addresses)).process)
  console.log(`${name}: ${published} issues, ${mb(sizeBytes)}, ${failed.length} failed
  import ${importMs} ms (${Math.round(published / importMs * 1000)} issues/s), again ${againMs} ms
  a reader has all ${issues.ready} after ${fromPublisherMs} ms from the publisher, ${fromReaderMs} ms from a reader alone, the publisher killed
  on disk ${await onDisk('author')} at the author, ${await onDisk('second')} at a reader
  memory (RSS) ${mb(authorBytes)} author, ${mb(readerBytes)} reader`)
}

async function readAll (home: string, address: string): Promise<number> {
  const [{ code, stderr }, ms] = await timed(() => run(['subscribe', '--home', home, address, '--wait']))
  if (code !== 0) throw new Error(`The reader did not get everything:\n${stderr}`)
  return ms
}

/** Short issues, for a machine without real newsletters. */
async function syntheticNewsletter (): Promise<{ name: string, folder: string }> {
  const source = join(folder, 'synthetic')
  await mkdir(source)
  for (let i = 0; i < ISSUES; i++) {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
    await writeFile(join(source, `${day}-issue.md`), `# Issue of ${day}\n\n${`Sentence ${i}. `.repeat(600)}\n`)
  }
  return { name: 'synthetic', folder: source }
}

async function stop (process: NodeProcess['process']): Promise<void> {
  process.child.kill('SIGTERM')
  await process.finished
}

async function timed<T> (work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now()
  const result = await work()
  return [result, Math.round(performance.now() - startedMs)]
}

/** What the disk gives for it, which may be more or less than the lengths of its files. */
async function sizeOf (path: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512
  }
  return bytes
}

function mb (bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
