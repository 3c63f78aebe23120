import { pidOfNode, startNode } from '../../support/processes.ts'
import type { Peer, PeerParts } from './peer.ts'
import { followReady } from './ready-issues.ts'

/** A node as people run it. */
export async function startColporteur ({ folder, bind, bootstrap }: PeerParts): Promise<Peer> {
  const node = await startNode(folder, bootstrap, { bind })
  const { client } = node
  const end = new AbortController()
  const ready = new Set<string>()
  let told = (): void => {}
  const watching = followReady(node, end.signal, ref => {
    ready.add(ref)
    told()
  })
  let address = ''
  return {
    pid: await pidOfNode(node),
    create: async () => {
      address = (await client.createNewsletter({ body: { title: 'Spread' } })).newsletter.address
      return address
    },
    publish: async folder => { await client.publishIssue({ params: { newsletter: address }, body: { source: { path: folder } } }) },
    follow: async name => {
      address = name
      await client.subscribe({ body: { address } })
    },
    untilHas: async ({ issues }) => await new Promise(resolve => {
      told = () => { if (ready.size >= issues) resolve() }
      told()
    }),
    stop: async (signal = 'SIGKILL') => {
      end.abort()
      await watching
      node.process.child.kill(signal)
      await node.process.finished
    }
  }
}
