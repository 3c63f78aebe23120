import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import DHT from 'hyperdht'
import { parseAddress, topicOf } from '../../shared/format/address.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'

/**
 * What many subscriptions cost, with real processes and a private DHT on this machine: how long a node takes to start, how
 * soon it can be found as one who has the liveliest of them, and all of them, and its memory over that of an empty node.
 * `--many N` (1,000).
 */

const LOOK_MS = 20
const LIVELIEST = 20
/** In so many looks memory settles. */
const REST_LOOKS = 500
const MANY = Number(process.argv[process.argv.indexOf('--many') + 1]) || 1_000

const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-subscriptions-'))
const running: NodeProcess[] = []
const dhts: { addresses: string, close (): Promise<void> }[] = []
try {
  const addresses = await subscribeToMany()
  // Of a DHT that knows nothing of the node yet.
  const bootstrap = await startDht()
  const idleBytes = await memoryOf(await start('idle', bootstrap))
  const startedMs = performance.now()
  const reader = await start('reader', bootstrap)
  const readyMs = performance.now() - startedMs
  const lookup = new DHT({ bootstrap: bootstrap.split(','), host: '127.0.0.1', port: 0 })
  const isAnnounced = async (address: string): Promise<boolean> => {
    for await (const { peers } of lookup.lookup(topicOf(parseAddress(address).address))) if (peers.length > 0) return true
    return false
  }
  const untilAnnounced = async (some: string[]): Promise<number> => {
    let left = some
    for await (const _ of setInterval(LOOK_MS)) {
      const found = await Promise.all(left.slice(0, LIVELIEST).map(isAnnounced))
      left = left.filter((_, i) => !found[i])
      if (left.length === 0) return performance.now() - startedMs - readyMs
    }
    return NaN
  }
  const liveliestMs = await untilAnnounced(addresses.slice(-LIVELIEST))
  const allMs = await untilAnnounced(addresses)
  await lookup.destroy()
  console.log(`${MANY} subscriptions: ready ${seconds(readyMs)} after the start; the ${LIVELIEST} liveliest announced ${seconds(liveliestMs)} later, all of them ${seconds(allMs)} later; ${mb(await memoryOf(reader) - idleBytes)} over an empty node's ${mb(idleBytes)} (RSS)`)
} finally {
  await Promise.all(running.map(({ process }) => process.kill()))
  for (const dht of dhts) await dht.close()
  await rm(folder, { recursive: true, force: true })
}

/** An author writes many newsletters, a reader has them all, and the last ones are the liveliest. */
async function subscribeToMany (): Promise<string[]> {
  const bootstrap = await startDht()
  const author = await start('author', bootstrap)
  const addresses: string[] = []
  for (let i = 0; i < MANY; i++) {
    const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: `Newsletter ${i}` } })
    await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: `# Of ${i}\n\nText.\n` } } })
    addresses.push(address)
  }
  const reader = await start('reader', bootstrap)
  for (const address of addresses) await reader.client.subscribe({ body: { address } })
  for await (const _ of setInterval(LOOK_MS * 50)) if ((await reader.client.getStatus()).issues.ready >= MANY) break
  await Promise.all([reader, author].map(async ({ process }) => {
    process.child.kill('SIGTERM')
    await process.finished
  }))
  return addresses
}

async function startDht (): Promise<string> {
  const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  dhts.push(dht)
  return dht.addresses
}

async function start (name: string, bootstrap: string): Promise<NodeProcess> {
  const node = await startNode(join(folder, name), bootstrap)
  running.push(node)
  return node
}

async function memoryOf ({ client }: NodeProcess): Promise<number> {
  let looks = 0
  for await (const _ of setInterval(LOOK_MS)) if (++looks === REST_LOOKS) break
  return (await client.getStatus()).memoryBytes
}

function seconds (ms: number): string { return `${(ms / 1_000).toFixed(1)} s` }
function mb (bytes: number): string { return `${(bytes / 1e6).toFixed(1)} MB` }
