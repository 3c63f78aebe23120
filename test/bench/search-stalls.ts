import { Agent, get } from 'node:http'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import { createIssueId } from '../../shared/format/id.ts'
import { signManifest } from '../../shared/format/issue.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import { fineManifest, openHostileAuthor } from '../support/hostile-author.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import type { SearchTexts } from './search-texts.ts'

const TOGETHER = 500
const LOOK_MS = 250
/** What somebody may ask for all the while: of the node's own thread alone, and of that of its library. */
const ASKED = { 'a light request': '/api/notifications', 'the inbox': '/api/inbox?limit=20' }

type Waits = Record<keyof typeof ASKED, number[]>
const NAMES = Object.keys(ASKED) as (keyof typeof ASKED)[]

/** How long requests over a connection of their own wait while a node of so many issues makes its index, and after a start at which it has one. */
export async function measureStalls (many: number, texts: SearchTexts, folder: string): Promise<void> {
  const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  const started: NodeProcess[] = []
  const onReader = async <T>(work: (node: NodeProcess) => Promise<T>): Promise<T> => {
    const node = await startNode(join(folder, 'reader'), dht.addresses)
    started.push(node)
    const result = await work(node)
    node.process.child.kill('SIGTERM')
    await node.process.finished
    return result
  }
  try {
    const author = await publish(many, texts, join(folder, 'author'), dht.addresses)
    await onReader(async node => await subscribeTo(author, node, many))
    const library = join(folder, 'reader', 'library')
    for (const name of await readdir(library)) if (name.startsWith('search.')) await rm(join(library, name))
    const [busy, busyMs] = await onReader(node => waitsUntilIndexed(node, 0))
    const [calm] = await onReader(node => waitsUntilIndexed(node, busyMs))
    console.log(`a node of ${many} issues: its index is made within ${(busyMs / 1000).toFixed(1)} s of a start`)
    for (const name of NAMES) {
      console.log(`  ${name} meanwhile: ${spreadOf(busy[name])}; after a start with the index: ${spreadOf(calm[name])}`)
    }
  } finally {
    await Promise.all(started.map(({ process }) => process.kill()))
    await dht.close()
  }
}

/** It writes many at once, which the program does not; nothing about it is hostile. */
async function publish (many: number, texts: SearchTexts, folder: string, addresses: string): Promise<Awaited<ReturnType<typeof openHostileAuthor>>> {
  const author = await openHostileAuthor(folder, addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) })))
  const { address, newsletter: { writer } } = author
  const issue = (number: number): NewFile[] => {
    const title = `${texts.word()} ${texts.word()} ${number}`
    const body = new TextEncoder().encode(`# ${title}\n\n${texts.text()}\n`)
    const at = new Date(Date.UTC(2000, 0, 1) + number * 3_600_000)
    const id = createIssueId(at)
    const { bytes, signature } = signManifest({ ...fineManifest(address, writer.id, id, body), number, title, publishedAt: at.toISOString() }, writer.signing)
    return [
      { path: manifestPath(id), blocks: () => blocksOf(bytes), metadata: { manifest: new TextDecoder().decode(bytes), signature, entries: 3 } },
      { path: signaturePath(manifestPath(id)), blocks: () => blocksOf(new TextEncoder().encode(signature)) },
      { path: issuePath(id, 'body.md'), blocks: () => blocksOf(body) }
    ]
  }
  for (let first = 1; first <= many; first += TOGETHER) {
    await author.append(Array.from({ length: Math.min(TOGETHER, many - first + 1) }, (_, i) => issue(first + i)).flat())
  }
  return author
}

async function subscribeTo (author: Awaited<ReturnType<typeof openHostileAuthor>>, { client }: NodeProcess, many: number): Promise<void> {
  await client.subscribe({ body: { address: author.address } })
  for await (const _ of setInterval(LOOK_MS)) if ((await client.getStatus()).issues.ready >= many) break
  await author.close()
  for await (const _ of setInterval(LOOK_MS)) if (await isIndexed({ client })) return
}

async function isIndexed ({ client }: Pick<NodeProcess, 'client'>): Promise<boolean> {
  return (await client.searchIssues({ query: { q: 'road', limit: 1 } })).index.isComplete
}

/**
 * Asks one after the other, over one connection, until the index is there, and at least so long; gives also how long that took.
 * The very first of each are told, and not counted: they wait for code that runs for the first time, with an index and without.
 */
async function waitsUntilIndexed (node: NodeProcess, leastMs: number): Promise<[Waits, number]> {
  const startedMs = performance.now()
  const waits: Waits = { 'a light request': [], 'the inbox': [] }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const first: string[] = []
  for (const name of NAMES) first.push((await waitFor(new URL(ASKED[name], node.url), node.token, agent)).toFixed(1))
  console.log(`the first two requests after a start: ${first.join(' and ')} ms`)
  const over = { is: false }
  const asking = (async () => {
    while (!over.is) {
      for (const name of NAMES) waits[name].push(await waitFor(new URL(ASKED[name], node.url), node.token, agent))
    }
  })()
  for await (const _ of setInterval(LOOK_MS)) if (await isIndexed(node) && performance.now() - startedMs >= leastMs) break
  const tookMs = performance.now() - startedMs
  over.is = true
  await asking
  agent.destroy()
  return [waits, tookMs]
}

async function waitFor (url: URL, token: string, agent: Agent): Promise<number> {
  const startedMs = performance.now()
  await new Promise<void>((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}` } }, response => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`${url.pathname} was answered with ${response.statusCode}.`))
      })
    }).on('error', reject)
  })
  return performance.now() - startedMs
}

function spreadOf (ms: number[]): string {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (part: number): string => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${sorted.at(-1)!.toFixed(1)} ms of ${sorted.length}`
}
