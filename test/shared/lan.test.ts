import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import NoiseSecretStream from '@hyperswarm/secret-stream'
import type { KeyPair } from 'hypercore'
import DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import t, { type Test } from 'tap'
import { Lan } from '../../shared/network/lan/lan.ts'
import { ownNetwork } from '../../shared/network/lan/own-networks.ts'
import type { Log } from '../../shared/log.ts'
import { MdnsTalker, nameOf, noLoopbackNetwork } from '../support/mdns-talker.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const skip = noLoopbackNetwork

/** A node of a local network that lies on loopback, with an address for each machine. */
class Stage {
  readonly keyPair = DHT.keyPair()
  readonly complaints: string[] = []
  readonly connections = new Map<string, Connection>()
  readonly lan: Lan
  readonly host: string
  #subnet: string

  /** @param number of a network that no other test speaks in */
  constructor (t: Test, number: number, machine = 1) {
    this.#subnet = `127.54.${number}`
    this.host = this.machine(machine)
    const listening: Log = { ...log, debug: (told: { error?: string }) => { this.complaints.push(String(told.error)) } } as Log
    this.lan = new Lan({
      keyPair: this.keyPair, bind: this.host, log: listening, networks: () => [ownNetwork(`${this.host}/24`)],
      isConnected: key => this.connections.has(key)
    })
    this.lan.on('connection', connection => {
      const key = connection.remotePublicKey.toString('hex')
      this.connections.set(key, connection)
      connection.once('close', () => { if (this.connections.get(key) === connection) this.connections.delete(key) })
      connection.on('error', () => {})
      connection.resume()
    })
    t.teardown(() => this.lan.close())
  }

  machine (number: number): string { return `${this.#subnet}.${number}` }
  has ({ keyPair: { publicKey } }: { keyPair: KeyPair }): boolean { return this.connections.has(Buffer.from(publicKey).toString('hex')) }
}

async function opened (t: Test, number: number, machine?: number): Promise<Stage> {
  const stage = new Stage(t, number, machine)
  await stage.lan.ready()
  return stage
}

/** A machine that does what it likes with who calls it; gives by which port. */
async function listening (t: Test, host: string, onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    onSocket(socket)
  })
  await new Promise<void>(resolve => { server.listen(0, host, resolve) })
  t.teardown(() => { server.close() })
  return (server.address() as AddressInfo).port
}

/** Who calls and says nothing. */
class Caller {
  isOpen = true
  readonly socket: Socket

  constructor (t: Test, { lan, host }: Stage, localAddress: string) {
    this.socket = connect({ host, port: lan.port, localAddress })
    this.socket.on('error', () => {})
    this.socket.once('close', () => { this.isOpen = false })
    this.socket.resume()
    t.teardown(() => { this.socket.destroy() })
  }
}

/** Who calls and says who they are, and nothing more. */
class Stranger extends Caller {
  readonly keyPair: KeyPair

  constructor (t: Test, stage: Stage, localAddress: string, keyPair = DHT.keyPair()) {
    super(t, stage, localAddress)
    this.keyPair = keyPair
    const stream = new NoiseSecretStream(true, this.socket, { keyPair })
    stream.on('error', () => {})
    stream.setKeepAlive(4_000)
    stream.resume()
  }
}

t.test('among names that somebody makes up the honest one is found, and called', { skip }, async t => {
  const here = await opened(t, 1)
  const honest = { name: nameOf(2 ** 40), port: await listening(t, here.machine(3), socket => {
    const stream = new NoiseSecretStream(false, socket, { keyPair: DHT.keyPair() })
    stream.on('error', () => {})
    stream.resume()
  }) }
  const [flooding, talker] = [await MdnsTalker.open(t, here.machine(2)), await MdnsTalker.open(t, here.machine(3))]
  for (let packet = 0; packet < 6; packet++) {
    await flooding.announce(Array.from({ length: 32 }, (_, i) => ({ name: nameOf(32 * packet + i), port: 1 + i + 32 * packet })))
  }
  await talker.announce([honest])
  await until('it is connected', () => here.connections.size === 1, () => here.complaints.slice(-9))
})

t.test('two nodes find each other', { skip }, async t => {
  const [here, there] = [await opened(t, 7), await opened(t, 7, 2)]
  await until('they are connected', () => here.has(there) && there.has(here), () => [here.complaints, there.complaints])
})

t.test('who calls from another network is not let in', { skip }, async t => {
  const here = await opened(t, 6)
  const stranger = new Stranger(t, here, '127.55.1.1')
  await until('it is hung up on', () => !stranger.isOpen)
  const neighbour = new Stranger(t, here, here.machine(2))
  await until('a neighbour is let in', () => here.has(neighbour))
  t.equal(here.connections.size, 1)
})
