import { networkInterfaces } from 'node:os'
import { isLoopback } from './host-of.ts'

/** Whether an IP address is one of this machine. */
export function isOwnHost (host: string): boolean {
  return isLoopback(host) || Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => address === host))
}

/** Whether a node can have heard a call from an address: who is on another machine hears nobody on the loopback of this one. */
export function canHear (node: string, host: string): boolean { return !isLoopback(host) || isOwnHost(node) }
