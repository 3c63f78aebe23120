import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeOptions } from '../../console/node-options.ts'
import { type ColporteurNode, openNode } from '../../console/node.ts'
import type { Progress, Subscription } from '../../shared/api/subscriptions.ts'
import { type Client, createClient, isBytes } from '../../shared/api/client.ts'
import type { Config, Notify } from '../../shared/config.ts'
import { createLog } from '../../shared/log.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { CHEAP } from './cheap-passphrase.ts'
import { MACHINE_KEY } from './machine-key.ts'
import type { Ends } from './namespaces.ts'
import { until } from './until.ts'

/** A real node of a test, with the typed client that speaks to its whole HTTP interface. */
export interface TestNode {
  node: ColporteurNode
  client: Client
  home: string
  stop (): Promise<void>
  /** Stops it and opens it again on the same home, its console on another free port unless one is named. */
  restart (options?: { port: number }): Promise<void>
}

/** Other than the usual. */
export type TestNodeOptions = Partial<Pick<NodeOptions, 'audits' | 'network' | 'drafts' | 'scrub' | 'mostIndexBytes'>> & { notify?: Notify, staleAfterDays?: number, machineKey?: Config['machineKey'] }

/** A private DHT on loopback, and nodes that know no other. All goes when the test ends. */
export interface TestNetwork {
  /** As `--bootstrap` takes it. */
  addresses: string
  bootstrap: Config['bootstrap']
  folder: string
  open (name: string, options?: TestNodeOptions): Promise<TestNode>
}

export const log = createLog('silent', { write: () => {} })

export async function testNetwork (t: Ends): Promise<TestNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-test-'))
  const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  const bootstrap = dht.addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) }))
  const nodes: TestNode[] = []
  t.teardown(async () => {
    await Promise.all(nodes.map(node => node.stop()))
    await dht.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    addresses: dht.addresses,
    bootstrap,
    folder,
    open: async (name, options = {}) => {
      const node = await openTestNode(join(folder, name), bootstrap, options)
      nodes.push(node)
      return node
    }
  }
}

async function openTestNode (home: string, bootstrap: Config['bootstrap'], { notify = 'off', staleAfterDays = 30, machineKey = { file: MACHINE_KEY, isUsual: false }, ...options }: TestNodeOptions): Promise<TestNode> {
  const config: Config = { home, machineKey, port: 0, portIsDefault: false, host: '127.0.0.1', bootstrap, bind: '127.0.0.1', lan: false, relay: false, receipts: true, staleAfterDays, notify, digest: null, logLevel: 'silent' }
  const open = (port = 0): Promise<ColporteurNode> => openNode({ config: { ...config, port }, network: true, log, version: 'test', passphraseCost: CHEAP, ...options })
  const test: TestNode = {
    node: await open(),
    client: createClient(async ({ method, path, body }) => {
      const { app, programToken } = test.node
      const response = await app.inject({
        method,
        url: path,
        headers: { host: 'localhost', authorization: `Bearer ${programToken}`, ...(isBytes(body) && { 'content-type': 'application/octet-stream' }) },
        ...(body === undefined ? {} : { payload: body instanceof Uint8Array ? Buffer.from(body) : body as object })
      })
      return { status: response.statusCode, body: response.json() as unknown }
    }),
    home,
    stop: () => test.node.close(),
    restart: async ({ port } = { port: 0 }) => {
      await test.node.close()
      test.node = await open(port)
    }
  }
  return test
}

/** A newsletter on a node; gives its address. */
export async function createNewsletter ({ client }: Pick<TestNode, 'client'>, title: string): Promise<string> {
  const { newsletter } = await client.createNewsletter({ body: { title, authors: ['An author'] } })
  return newsletter.address
}

/** Publishes `count` small issues, called Issue `first` and so on; gives their refs. */
export async function publishIssues ({ client }: Pick<TestNode, 'client'>, newsletter: string, count: number, first = 1): Promise<string[]> {
  const refs: string[] = []
  for (let i = first; i < first + count; i++) {
    const { ref } = await client.publishIssue({ params: { newsletter }, body: { source: { markdown: `# Issue ${i}\n\nText of issue ${i}.\n` } } })
    refs.push(ref)
  }
  return refs
}

/** Waits until a subscription has come so far. */
export async function untilProgress (node: TestNode, newsletter: string, fact: string, reached: (progress: Progress) => boolean): Promise<Subscription> {
  let last: Subscription | null = null
  return await until(fact, async () => {
    last = await node.client.getSubscription({ params: { newsletter } })
    return reached(last.progress) ? last : null
  }, () => last)
}

/** Waits until everything of a newsletter is here, and `issues` of it. */
export async function untilComplete (node: TestNode, newsletter: string, issues: number): Promise<Subscription> {
  return await untilProgress(node, newsletter, `${issues} issues are ready`, ({ state, issues: { ready } }) => state === 'upToDate' && ready === issues)
}
