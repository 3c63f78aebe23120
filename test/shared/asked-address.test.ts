import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import DHT, { type HostPort } from 'hyperdht'
import t, { type Test } from 'tap'
import { believeAnswersAlone } from '../../shared/network/asked-address.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { pingThatSays } from '../support/dht-packets.ts'
import { until } from '../support/until.ts'

const ELSEWHERE = '9.9.9.9'

/** A node of a DHT on loopback that everybody can reach. */
async function openNode (t: Test): Promise<DHT> {
  const network = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  const bootstrap = network.addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) }))
  const dht = new DHT({ bootstrap, host: '127.0.0.1', firewalled: false })
  believeAnswersAlone(dht)
  t.teardown(async () => {
    await dht.destroy({ force: true })
    await network.close()
  })
  await dht.fullyBootstrapped()
  return dht
}

/** Asks for a sign of life, and says that it has asked somebody at `to`; returns when it has got one. */
async function ask (t: Test, dht: DHT, to: HostPort): Promise<void> {
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const answered = once(socket, 'message')
  socket.send(pingThatSays({ host: '127.0.0.1', port: socket.address().port }, to), dht.address().port, '127.0.0.1')
  await answered
}

t.test('a node finds out where others see it', async t => {
  const dht = await openNode(t)
  await until('it knows', () => dht.host !== null)
  t.match(dht.address(), dht.remoteAddress()!)
})

t.test('whoever asks a node something does not tell it where it is', async t => {
  const dht = await openNode(t)
  const address = dht.remoteAddress()
  for (let i = 0; i < 40; i++) await ask(t, dht, { host: ELSEWHERE, port: dht.address().port })
  t.same(dht.remoteAddress(), address)
  t.equal(dht.host, '127.0.0.1')
  t.ok(dht.toArray().length > 3, 'though it is known from then on')
})
