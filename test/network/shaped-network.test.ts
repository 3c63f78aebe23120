import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import t from 'tap'
import { ShapedNetwork } from '../bench/spread/shaped-network.ts'

const LINK = { up: 8_000_000, down: 8_000_000, delayMs: 1 }
const FRAME = 42

async function bound (address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind({ address, port: 0 })
  await once(socket, 'listening')
  return socket
}

t.test('what goes from peer to peer passes both links, comes from an address that answers, and is counted as frames', async t => {
  const network = new ShapedNetwork()
  const places = [network.add(LINK), network.add(LINK)]
  const [a, b] = await Promise.all(places.map(({ bind }) => bound(bind))) as [Socket, Socket]
  t.teardown(async () => {
    a.close()
    b.close()
    await network.close()
  })
  await Promise.all(places.map(({ index }) => network.attach(index)))
  a.send('to and', b.address().port, places[1]!.host)
  const [there, from] = await once(b, 'message') as [Buffer, { address: string, port: number }]
  t.equal(String(there), 'to and')
  t.same([from.address, from.port], [places[0]!.host, a.address().port], 'nobody learns where a peer really is')
  b.send('fro', from.port, from.address)
  const [back] = await once(a, 'message') as [Buffer]
  t.equal(String(back), 'fro')
  t.match(network.countsOf(0), { sentBytes: 6 + FRAME, receivedBytes: 3 + FRAME, drops: 0 })
  t.equal(network.bytesBetween(0, 1), 6 + FRAME)
})

t.test('a link that is full drops what would wait too long', async t => {
  const network = new ShapedNetwork()
  const [slow, fast] = [network.add({ ...LINK, up: 8_000 }), network.add(LINK)]
  const [a, b] = await Promise.all([slow, fast].map(({ bind }) => bound(bind))) as [Socket, Socket]
  t.teardown(async () => {
    a.close()
    b.close()
    await network.close()
  })
  await network.attach(fast.index)
  // Each takes a second of this line, and nothing may wait for so long.
  for (const text of ['one', 'two', 'three']) a.send(Buffer.from(text.padEnd(1000 - FRAME)), b.address().port, fast.host)
  const [first] = await once(b, 'message') as [Buffer]
  t.equal(String(first).trim(), 'one')
  t.match(network.countsOf(slow.index), { sentBytes: 1000, drops: 2 })
})
