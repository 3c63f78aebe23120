import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A network that this machine is in, by one of its interfaces. */
export interface OwnNetwork {
  /** IPv4 address of this machine there, and how much of it is the same for all there: `192.0.2.7/24`. */
  cidr: string
  address: string
  /** Whether an address belongs to it. */
  has (host: string): boolean
}

/** @param bind IPv4 address of the one interface that is used; null: all */
export function ownNetworks (bind: string | null): OwnNetwork[] {
  return Object.values(networkInterfaces()).flat().filter(found => found !== undefined)
    .filter(({ family, internal, address, cidr }) => family === 'IPv4' && !internal && cidr !== null && (bind === null || address === bind))
    .map(({ cidr }) => ownNetwork(cidr!))
}

export function ownNetwork (cidr: string): OwnNetwork {
  const [address = '', bits] = cidr.split('/')
  const list = new BlockList()
  list.addSubnet(address, Number(bits))
  return { cidr, address, has: host => isIPv4(host) && list.check(host) }
}
