import type DHT from 'hyperdht'
import type { HostPort } from 'hyperdht'
import type { Call, Server } from 'hyperswarm'
import { type Arrival, watchArrivals } from './arrivals.ts'
import { HeardCalls } from './heard-calls.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { OwnHosts } from './own-hosts.ts'
import { isPort } from './port.ts'
import { RelayCalls } from './relay-calls.ts'

/** What HyperDHT calls a firewall: everybody can reach it. */
const OPEN = 1

export interface ScreenParts {
  dht: DHT
  /** All others are on this machine as well. */
  isLocal: boolean
  /** Whether a node, by its Noise key in hex, has given blocks. */
  isProven: (key: string) => boolean
  /** Whether a node is known here to carry connections. */
  isRelay: (key: Buffer) => boolean
  /** A call was answered of a node that wants to be met at a relay. */
  onRelayed: (key: Buffer, relay: Buffer) => void
}

/** Looks at each call of another node before anything is kept, or done, for it; and takes a relay out of those that name too many. */
export function screenCalls (server: Server, { dht, isLocal, isProven, isRelay, onRelayed }: ScreenParts): void {
  const heard = new HeardCalls()
  const incoming = new IncomingCalls(isProven, isLocal)
  const relays = new RelayCalls()
  const own = new OwnHosts()
  const arrivalOf = watchArrivals(server)
  const refuses = server.firewall
  server.firewall = (key, call, from) => {
    const arrival = call && arrivalOf(call)
    const id = key.toString('hex')
    if ((arrival && heard.has(arrival.id)) || !isSound(arrival, from, own)) return true
    // Those of strangers that are not answered are too many to be remembered.
    if (arrival && isProven(id)) heard.add(arrival.id, true)
    const meets = call !== null && isMet(call, arrival)
    const isPunched = meets && dht.remoteAddress() === null
    if (refuses(key, call, from) || !incoming.answers({ key: id, host: from.host, arrival, isPunched })) return true
    if (arrival) heard.add(arrival.id, isProven(id))
    const relay = call?.relayThrough?.publicKey
    if (!relay) return false
    onRelayed(key, relay)
    if (meets && !isProven(id) && !relays.isFollowed(isRelay(relay))) call.relayThrough = null // read after this
    return false
  }
}

function isSound (arrival: Arrival | null, from: HostPort, own: OwnHosts): boolean {
  const passedOnBy = arrival?.passedOnBy
  // HyperDHT 6.34 fails halfway at a port that is none, and keeps a stream of 67 KB for ever.
  return isPort(from.port) && (!passedOnBy || own.canHear(passedOnBy.host, from.host))
}

/** Each of the two looks for a way to the other: neither has said yet how it is reached. */
function isMet (call: Call, arrival: Arrival | null): boolean {
  return call.firewall !== OPEN && arrival?.passedOnBy !== null
}
