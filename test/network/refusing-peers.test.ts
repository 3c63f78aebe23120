import { join } from 'node:path'
import t from 'tap'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { fetchAll, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

/** Hypercore 11.37.1 (`lib/replicator.js`). */
const NOT_AVAILABLE = 1
const BLOCKS = 100

t.test('who has said dozens of times not to have a block, and gives others, is asked on', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true })
  await author.publish('one', BLOCKS * BLOCK_BYTES)
  const reader = await openBareNode(t, at('reader'))
  const peer = await until('the reader is there', () => author.reader.cores.blobs?.peers[0])
  const answer = peer.onrequest.bind(peer)
  const refused = new Set<number>()
  // Each second one it has only when it is asked again.
  peer.onrequest = async message => {
    const block = message.block?.index ?? 0
    if (block % 2 === 0 || refused.has(block)) return await answer(message)
    refused.add(block)
    peer.wireNoData.send({ request: message.id, reason: NOT_AVAILABLE })
  }
  await fetchAll(reader, author)
  t.ok(refused.size >= BLOCKS / 2 - 1, `${refused.size} blocks`)
})
