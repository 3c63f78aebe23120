import { networkInterfaces } from 'node:os'
import { isLoopback } from './host-of.ts'

/** All interfaces are asked for no more often, however many calls there are. */
const REMEMBERED_MS = 1_000

/** The IP addresses of this machine. */
export class OwnHosts {
  #hosts = new Set<string>()
  #askedMs = -Infinity

  has (host: string): boolean {
    if (isLoopback(host)) return true
    const nowMs = performance.now()
    if (nowMs - this.#askedMs >= REMEMBERED_MS) {
      this.#askedMs = nowMs
      this.#hosts = new Set(Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []).map(({ address }) => address))
    }
    return this.#hosts.has(host)
  }

  /** Whether a node can have heard a call from an address: who is on another machine hears nobody on the loopback of this one. */
  canHear (node: string, host: string): boolean { return !isLoopback(host) || this.has(node) }
}
