import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import sodium from 'sodium-universal'
import t from 'tap'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { encodeRootChain } from '../../shared/format/root-files.ts'
import { sign } from '../../shared/format/signature.ts'
import { writeDurably } from '../../shared/durable-file.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { newNewsletter, openBareNode } from '../support/bare-node.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { greetedPeer } from '../support/greeted-peer.ts'
import { openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const KEYS = 32

t.test('a chain that is long to check keeps nobody waiting, from a peer and from the disk, and is checked once', async t => {
  const network = await testNetwork(t)
  const root = crowdedRoot(KEYS)
  const longer = root.chainOf(41, (bytes, number) => [...root.junk(root.address, number), sign(bytes, root.keys.at(-1)!, rootComment(root.address, number))])
  const chain = { ...longer, documents: longer.documents.slice(0, 40) }
  const newsletter = { ...newNewsletter('laptop'), address: root.address, chain: { ...chain, documents: chain.documents.slice(0, 1) } }
  const node = await openBareNode(t, { folder: join(network.folder, 'node'), bootstrap: network.bootstrap, newsletter })
  const { dht } = await openHostile(t, network)
  const peer = await greetedPeer(dht, node.peer.publicKey!, root.address)

  // How many checks follow each other while nothing else has its turn.
  let [together, most, all] = [0, 0, 0]
  const check = sodium.crypto_sign_verify_detached
  t.intercept(sodium, 'crypto_sign_verify_detached', { value: (...given: Parameters<typeof check>) => {
    most = Math.max(most, ++together)
    all++
    return check(...given)
  } })
  let isOver = false
  const counting = (async () => { for (; !isOver; together = 0) await setImmediate() })()
  t.teardown(() => { isOver = true })

  let changes = 0
  node.meeting.on('rootChanged', () => { changes++ })
  peer.greeting.sendRoot(root.address, chain)
  await until('it is taken over', () => changes === 1)
  const once = all
  t.ok(once >= 39 * KEYS && most <= 3 * KEYS * 2, `${once} checks, ${most} together`)
  for (let i = 0; i < 20; i++) peer.greeting.sendRoot(root.address, chain)
  const other = await greetedPeer(dht, node.peer.publicKey!, root.address)
  other.greeting.sendRoot(root.address, chain)
  other.greeting.sendRoot(root.address, { ...chain, documents: chain.documents.slice(0, 3) })
  peer.greeting.sendRoot(root.address, longer)
  other.greeting.sendRoot(root.address, longer)
  await until('the longer one is taken over, too', () => changes === 2)
  t.ok(all <= once + 2 * KEYS * 2, `${all - once} more checks: what is known is not checked again`)
  t.ok(peer.isOpen() && other.isOpen(), 'nor held against who sends it')

  const folder = join(network.folder, 'disk')
  await writeDurably(join(folder, `${root.address}.root`), encodeRootChain(chain))
  ;[most, all] = [0, 0]
  const store = new RootStore(folder)
  const [known, same] = await Promise.all([store.get(root.address), store.get(root.address)])
  t.equal(known, same)
  t.equal(known?.chain.documents.length, 40)
  t.ok(most <= 3 * KEYS * 2, `${most} together`)
  t.ok(all <= once + 2 * KEYS, 'once for all who ask')
  isOver = true
  await counting
})

t.test('who goes on sending chains that are of no use is cut off', async t => {
  const network = await testNetwork(t)
  const root = crowdedRoot(2)
  const signed = (bytes: Uint8Array, number: number): string[] => [sign(bytes, root.keys[0]!, rootComment(root.address, number))]
  const states = ['active', 'resting', 'ended']
  // Each is another one, of the same length.
  const rival = (which: number) => root.chainOf(4, signed, number => ({ state: states[Math.floor(which / 3 ** number) % 3] }))
  const newsletter = { ...newNewsletter('laptop'), address: root.address, chain: rival(0) }
  const node = await openBareNode(t, { folder: join(network.folder, 'node'), bootstrap: network.bootstrap, newsletter })
  const { dht } = await openHostile(t, network)
  const peer = await greetedPeer(dht, node.peer.publicKey!, root.address)
  for (let which = 1; which <= 20; which++) {
    t.ok(readRootChain(root.address, rival(which)))
    peer.greeting.sendRoot(root.address, rival(which))
  }
  await until('it is cut off', () => !peer.isOpen())
})
