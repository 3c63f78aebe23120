import { once } from 'node:events'
import DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import type { Address } from '../../shared/format/address.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { until } from './until.ts'

const nothing = (): void => {}

/** A stranger that knows a newsletter, is greeted, and then says whatever it likes. */
export interface GreetedPeer {
  connection: Connection
  greeting: Greeting
  /** Messages of the other side, and who was told of in them. */
  heard: { states: number, roots: number, peers: number, keys: Set<string> }
  isOpen (): boolean
}

export async function greetedPeer (dht: DHT, victim: Uint8Array, address: Address): Promise<GreetedPeer> {
  // Who has just begun has not told the DHT yet where it is.
  const connection = await until('it is let in', () => connected(dht, victim))
  let isOpen = true
  connection.once('close', () => { isOpen = false })
  const heard = { states: 0, roots: 0, peers: 0, keys: new Set<string>() }
  const greeting = new Greeting(connection, {
    onShared: nothing,
    onUnshared: nothing,
    onRefused: nothing,
    onState: () => { heard.states++ },
    onRoot: () => { heard.roots++ },
    onPeers: (_greeting, _address, keys) => {
      heard.peers++
      for (const key of keys) heard.keys.add(Buffer.from(key).toString('hex'))
    }
  })
  greeting.tell([address])
  await until('it is greeted', () => greeting.shared.includes(address))
  return { connection, greeting, heard, isOpen: () => isOpen }
}

async function connected (dht: DHT, victim: Uint8Array): Promise<Connection | null> {
  const connection = dht.connect(victim, { keyPair: DHT.keyPair() })
  connection.on('error', nothing)
  return await once(connection, 'open').then(() => connection, () => null)
}
