import type { Log } from '../log.ts'

export interface PeerNetwork {
  /** Null: the public DHT. */
  bootstrap: { host: string, port: number }[] | null
  /** IPv4 address to bind (UDP); null: all interfaces. */
  bind: string | null
  /** Whether nodes of the same network are met without the DHT; never on loopback. */
  lan?: boolean
  /** Whether connections between others are carried, by a node that everybody can reach. */
  relay?: boolean
  /** 32 bytes, from which the key comes by which other nodes know this one. */
  seed: Buffer
}

export interface PeerOptions {
  /** Folder of the store. */
  folder: string
  /** Null: stay off the network. */
  network: PeerNetwork | null
  log: Log
}
