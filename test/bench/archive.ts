import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { numberedIssue } from '../support/numbered-issue.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'

/**
 * What a newsletter of very many issues costs a reader's node that has the newest fifty of them, with a real process and a
 * private DHT on this machine: from its start until it is ready, from then until the first list, and its memory over that of
 * an empty node. `--many N` (100,000).
 */

const MANY = Number(process.argv[process.argv.indexOf('--many') + 1]) || 100_000
const TOGETHER = 500
const HELD = 50
const LOOK_MS = 200
/** In so many looks memory settles. */
const REST_LOOKS = 50

const toldTenths = new Map<string, number>()
const beganMs = performance.now()

const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-archive-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
const running: NodeProcess[] = []
try {
  const bootstrap = dht.addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) }))
  // It writes many at once, which the program does not; nothing about it is hostile.
  const author = await openHostileAuthor(join(folder, 'author'), bootstrap)
  const { address } = author
  for (let first = 1; first <= MANY; first += TOGETHER) {
    await author.append(Array.from({ length: Math.min(TOGETHER, MANY - first + 1) }, (_, i) => numberedIssue(author, first + i)).flat())
    tell('written', Math.min(first + TOGETHER - 1, MANY))
  }
  const reader = await start('reader')
  const startedMs = performance.now()
  await reader.client.subscribe({ body: { address } })
  await reader.client.setPolicy({ params: { newsletter: address }, body: { last: HELD, content: 'everything', attachments: 'always', keepSaved: true, maxDiskBytes: null } })
  await until(async () => {
    const { total } = (await reader.client.getStatus()).issues
    tell('known by the reader', total)
    return total >= MANY
  })
  const knownMs = performance.now() - startedMs
  await author.close()
  reader.process.child.kill('SIGTERM')
  await reader.process.finished

  const emptyBytes = await memoryOf(await start('empty'))
  const [again, readyMs] = await timed(() => start('reader'))
  const [{ issues }, firstMs] = await timed(() => again.client.getInbox({ query: {} }))
  const [, laterMs] = await timed(() => again.client.getInbox({ query: {} }))
  console.log(`${MANY} issues: known ${seconds(knownMs)} after subscribing; ready ${seconds(readyMs)} after the start, the first list of ${issues.length} ${firstMs.toFixed(0)} ms later, the next ${laterMs.toFixed(0)} ms; ${mb(await memoryOf(again) - emptyBytes)} over an empty node's ${mb(emptyBytes)} (RSS)`)
} finally {
  await Promise.all(running.map(({ process }) => process.kill()))
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function start (name: string): Promise<NodeProcess> {
  const node = await startNode(join(folder, name), dht.addresses)
  running.push(node)
  return node
}

async function memoryOf ({ client }: NodeProcess): Promise<number> {
  let looks = 0
  await until(async () => ++looks === REST_LOOKS)
  return (await client.getStatus()).memoryBytes
}

async function until (fact: () => Promise<boolean>): Promise<void> {
  for await (const _ of setInterval(LOOK_MS)) if (await fact()) return
}

async function timed<T> (work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now()
  return [await work(), performance.now() - startedMs]
}

/** Progress by tenths, beside the line of figures on stdout. */
function tell (what: string, many: number): void {
  const tenths = Math.floor(many * 10 / MANY)
  if (tenths === (toldTenths.get(what) ?? 0)) return
  toldTenths.set(what, tenths)
  console.error(`${seconds(performance.now() - beganMs)}: ${many} of ${MANY} ${what}`)
}

function seconds (ms: number): string { return `${(ms / 1_000).toFixed(1)} s` }
function mb (bytes: number): string { return `${(bytes / 1e6).toFixed(1)} MB` }
