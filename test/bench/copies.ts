import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { Cabling, type Ends, namespacesMissing, nodesOn } from '../support/namespaces.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import { rateOf } from '../support/rate.ts'

/**
 * What copies cost and how long they take, with real processes and a private DHT on this machine: receipts and audits,
 * from publishing to "safe to close" with three keepers, how well caps are kept, how soon a newcomer has the newest
 * issue when the author and most others are dead, and how soon two machines on one cable have met.
 */

const LOOK_MS = 20
const CAP = 1_000_000
const OWNERS = ['Wei', 'Ines', 'Wei']
const DEAD = 8

// Each process that is started is ended with this one.
process.setMaxListeners(64)
const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-copies-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
const running = new Set<NodeProcess>()
try {
  await measureCopies()
  await measureNewcomer()
  await measureLan()
} finally {
  await Promise.all([...running].map(({ process }) => process.kill()))
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function measureCopies (): Promise<void> {
  const author = await start('author')
  const address = await newsletter(author, 'Copies')
  const keepers = await Promise.all(OWNERS.map((_, i) => start(`keeper${i}`)))
  for (const [i, { client }] of keepers.entries()) await client.keepNewsletter({ body: { address, owner: OWNERS[i]! } })
  const times: number[] = []
  for (let i = 1; i <= 10; i++) {
    const startedMs = performance.now()
    await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: `# Issue ${i}\n\n${'word '.repeat(2_000)}\n` } } })
    await until(async () => {
      const { newest } = await author.client.getNewsletterCopies({ params: { newsletter: address } })
      return newest?.number === i && newest.state === 'safe'
    })
    times.push(Math.round(performance.now() - startedMs))
  }
  times.sort((a, b) => a - b)
  console.log(`from publishing a short issue to "safe to close" with 3 keepers: median ${times[5]} ms, of ${times[0]} to ${times.at(-1)} ms (10 issues)`)

  // Many issues, and an audit of all of them by an author who comes back.
  await heavy(author, address, 'many', 200, 20_000)
  await until(async () => (await author.client.getNewsletterCopies({ params: { newsletter: address } })).state === 'safe')
  await stop(author)
  const { receipts } = JSON.parse(await readFile(join(folder, 'author', 'receipts', `${address}.json`), 'utf8')) as { receipts: { text: string, signature: string }[] }
  const sizes = receipts.map(receipt => JSON.stringify(receipt).length)
  console.log(`a holder of 210 issues is one receipt of ${Math.max(...sizes)} bytes with all that is known of it, ${(Math.max(...sizes) / 210).toFixed(1)} bytes for each copy of an issue`)
  // Its receipts are known, and what was checked is forgotten: everything is challenged anew.
  await rm(join(folder, 'author', 'receipts'), { recursive: true })
  const again = await start('author')
  const startedMs = performance.now()
  await until(async () => (await again.client.getNewsletterCopies({ params: { newsletter: address } })).state === 'safe')
  const { downBytes, upBytes } = await again.client.listPeers()
  const ms = performance.now() - startedMs
  console.log(`an audit of 210 issues at 3 keepers: ${Math.round(ms)} ms, ${downBytes + upBytes} bytes to and fro with all greetings, ${((downBytes + upBytes) / 630).toFixed(0)} bytes for each copy of an issue`)

  const content = 6_000_000
  const big = await newsletter(again, 'Caps')
  await heavy(again, big, 'caps', 6, content / 6)
  const [capped] = keepers as [NodeProcess]
  await capped.client.keepNewsletter({ body: { address: big, maxDownBytes: CAP } })
  const isHere = async (): Promise<boolean> => (await capped.client.listKept()).kept.find(kept => kept.newsletter === big)?.issues.ready === 6
  const down = await rateOf(async () => (await capped.client.listPeers()).downBytes, isHere)
  await stop(again)
  await capped.client.keepNewsletter({ body: { address: big, maxUpBytes: CAP } })
  const reader = await start('reader')
  await reader.client.subscribe({ body: { address: big } })
  const up = await rateOf(async () => (await capped.client.listPeers()).upBytes,
    async () => (await reader.client.getSubscription({ params: { newsletter: big } })).progress.issues.ready === 6)
  console.log(`caps of ${CAP} bytes a second: ${percent(down.bytesPerSecond)} down, ${percent(up.bytesPerSecond)} up, by bytes on the wire`)
  await Promise.all([...keepers, reader].map(stop))
}

async function measureNewcomer (): Promise<void> {
  const author = await start('old-author')
  const address = await newsletter(author, 'Old')
  await heavy(author, address, 'old', 50, 20_000)
  const readers = await Promise.all(Array.from({ length: DEAD + 2 }, (_, i) => start(`old-reader${i}`)))
  await Promise.all(readers.map(({ client }) => client.subscribe({ body: { address } })))
  for (const { client } of readers) await until(async () => (await client.getSubscription({ params: { newsletter: address } })).progress.issues.ready === 50)
  await Promise.all([author, ...readers.slice(0, DEAD)].map(async node => {
    running.delete(node)
    await node.process.kill()
  }))
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    const newcomer = await start(`newcomer${i}`)
    const startedMs = performance.now()
    await newcomer.client.subscribe({ body: { address } })
    await until(async () => (await newcomer.client.getInbox({ query: { limit: 1 } })).issues[0]?.state === 'ready')
    times.push(Math.round(performance.now() - startedMs))
    await stop(newcomer)
  }
  console.log(`author and ${DEAD} of ${DEAD + 2} readers killed: a newcomer has the newest issue after ${times.join(', ')} ms`)
  await Promise.all(readers.slice(DEAD).map(stop))
}

async function measureLan (): Promise<void> {
  const missing = namespacesMissing()
  if (missing) return console.log(`two machines on one cable: not measured, ${missing}`)
  const ending: (() => unknown)[] = []
  const ends = { teardown: (end: () => unknown) => { ending.unshift(end) } } as Ends
  try {
    const startOn = await nodesOn(ends)
    const cabling = new Cabling(ends)
    const author = await startOn(cabling.machine('author'))
    const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'Lan' } })
    await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# First\n\nText.\n' } } })
    const times: number[] = []
    for (let i = 0; i < 3; i++) {
      const reader = await startOn(cabling.machine(`reader${i}`))
      const startedMs = performance.now()
      await reader.client.subscribe({ body: { address } })
      await until(async () => (await reader.client.getInbox({ query: { limit: 1 } })).issues[0]?.state === 'ready')
      times.push(Math.round(performance.now() - startedMs))
      await reader.stop()
    }
    console.log(`two machines on one cable without a way out: the first issue after ${times.join(', ')} ms from a fresh start`)
  } finally {
    for (const end of ending) await end()
  }
}

async function start (name: string): Promise<NodeProcess> {
  const node = await startNode(join(folder, name), dht.addresses)
  running.add(node)
  return node
}

async function stop (node: NodeProcess): Promise<void> {
  running.delete(node)
  node.process.child.kill('SIGTERM')
  await node.process.finished
}

async function newsletter ({ client }: NodeProcess, title: string): Promise<string> {
  return (await client.createNewsletter({ body: { title } })).newsletter.address
}

/** Issues with an attachment of so many bytes each. */
async function heavy ({ client }: NodeProcess, newsletter: string, name: string, count: number, sizeBytes: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const issue = join(folder, 'sources', name, `${new Date(Date.UTC(2020, 0, i)).toISOString().slice(0, 10)}-issue`)
    await mkdir(issue, { recursive: true })
    await writeFile(join(issue, 'index.md'), `# Issue ${i} of ${name}\n\n[The film](film.bin)\n`)
    await writeFile(join(issue, 'film.bin'), randomBytes(sizeBytes))
  }
  await client.importIssues({ params: { newsletter }, body: { path: join(folder, 'sources', name) } })
}

async function until (fact: () => Promise<boolean>): Promise<void> {
  for await (const _ of setInterval(LOOK_MS)) if (await fact()) return
}

function percent (bytesPerSecond: number): string {
  return `${(100 * bytesPerSecond / CAP).toFixed(1)} %`
}
