import type { Status } from '../shared/api/node.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'

export interface NodeStatusParts { peer: Peer, subscriber: Subscriber, home: string, version: string, startedAt: Date }

/** What the node is and does, in numbers and in one plain sentence. */
export async function nodeStatus ({ peer, subscriber, home, version, startedAt }: NodeStatusParts): Promise<Status> {
  const [newsletters, { total, ready, notVerified }] = await Promise.all([subscriber.newsletters(), subscriber.counts()])
  const own = newsletters.filter(({ role }) => role === 'own').length
  // What is written here was read by whoever wrote it, and what is only kept is in no inbox.
  const subscribed = newsletters.filter(({ role }) => role === 'subscribed')
  const unread = subscribed.reduce((sum, { issues }) => sum + issues.unread, 0)
  return {
    version,
    home,
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    network: { state: peer.online ? peer.connections > 0 ? 'connected' : 'alone' : 'off', peers: peer.connections, sentence: sentenceOf(peer) },
    newsletters: { own, subscribed: subscribed.length },
    issues: { total, ready, unread, notVerified },
    memoryBytes: process.memoryUsage.rss()
  }
}

function sentenceOf ({ online, connections }: Peer): string {
  if (!online) return 'This process stays off the network: what is read are your own copies.'
  if (connections === 0) return 'Nobody is connected: you are reading your own copies, and issues come and go as soon as somebody is found.'
  return connections === 1 ? 'Connected to 1 peer.' : `Connected to ${connections} peers.`
}
