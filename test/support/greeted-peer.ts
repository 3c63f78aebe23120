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
  /** Messages of the other side about other nodes, and root chains. */
  heard: { peers: number, roots: number }
  isOpen (): boolean
}

export async function greetedPeer (dht: DHT, victim: Uint8Array, address: Address): Promise<GreetedPeer> {
  // Who has just begun has not told the DHT yet where it is.
  const connection = await until('it is let in', () => connected(dht, victim))
  let isOpen = true
  connection.once('close', () => { isOpen = false })
  const heard = { peers: 0, roots: 0 }
  const greeting = new Greeting(connection, {
    onShared: nothing, onUnshared: nothing, onState: nothing, onRefused: nothing, onRoot: () => { heard.roots++ }, onPeers: () => { heard.peers++ }
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
