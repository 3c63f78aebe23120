import type { KeyPair } from 'hypercore'
import type { HostPort } from 'hyperdht'
import NoiseWrap, { type HandshakePayload } from 'hyperdht/lib/noise-wrap.js'
import type { Call, Server } from 'hyperswarm'

/** A call begins with a key that is made for it alone. */
const KEY_BYTES = 32

/** How a call of another node has come here. */
export interface Arrival {
  /** The same for no two calls, unless somebody says one again. */
  id: string
  /** Who has passed it on, as its packets say; null: it came straight from who calls. */
  passedOnBy: HostPort | null
  /** Whoever has passed it on is one of those by whom this node is found. */
  isOfOwnRelay: boolean
}

/**
 * Finds out how calls come here, which HyperDHT 6.34.0 (`lib/server.js`, `_addHandshake`) keeps from its firewall: what that
 * is told of where a call comes from, whoever has passed it on, or says so, may have made up. A test fails when that changes.
 *
 * @returns how a call has come, once its bytes could be read; null: that is not known
 */
export function watchArrivals (server: Server): (call: Call) => Arrival | null {
  const arrivals = new WeakMap<Call, Arrival>()
  /** Of the call whose handshake is made next. */
  let arriving: Arrival | null = null
  const addHandshake = server._addHandshake.bind(server)
  server._addHandshake = (id, noise, from, request, isDirect) => {
    const isOfOwnRelay = server._announcer?.isRelay(request.from) ?? false
    arriving = { id: noise.toString('latin1', 0, KEY_BYTES), passedOnBy: isDirect ? null : request.from, isOfOwnRelay }
    try {
      return addHandshake(id, noise, from, request, isDirect)
    } finally {
      arriving = null
    }
  }
  server.createHandshake = keyPair => {
    const arrival = arriving
    return new ArrivalHandshake(keyPair, call => { if (arrival) arrivals.set(call, arrival) })
  }
  return call => arrivals.get(call) ?? null
}

/** The handshake of a node that is called. */
class ArrivalHandshake extends NoiseWrap {
  #onCall: (call: Call) => void

  constructor (keyPair: KeyPair, onCall: (call: Call) => void) {
    super(keyPair, null)
    this.#onCall = onCall
  }

  override recv (bytes: Buffer): HandshakePayload {
    const call = super.recv(bytes)
    this.#onCall(call)
    return call
  }
}
