import type { KeyPair } from 'hypercore'
import NoiseWrap, { type HandshakePayload } from 'hyperdht/lib/noise-wrap.js'

/** What HyperDHT calls a firewall. */
const UNKNOWN = 0
const OPEN = 1
/** No handshake has this number, so nobody takes part. */
const NO_HOLE = 0xffffffff

export interface CallHandshakeParts {
  /** The direct way was tried before, and is shut. */
  isShut: boolean
  /** Whoever is called has answered, by way of the DHT. */
  onAnswer: () => void
}

/**
 * The handshake of a node that calls. Where either side says that everybody can reach it, HyperDHT takes the direct way at
 * once and lets go of the relay, though between these two a firewall may stand: so of a call that needs the relay,
 * neither side has said so.
 */
export class CallHandshake extends NoiseWrap {
  #parts: CallHandshakeParts

  constructor (keyPair: KeyPair, remotePublicKey: Buffer, parts: CallHandshakeParts) {
    super(keyPair, remotePublicKey)
    this.#parts = parts
  }

  override send (payload: HandshakePayload): Buffer {
    return super.send(this.#parts.isShut ? { ...payload, firewall: UNKNOWN, addresses4: [] } : payload)
  }

  override recv (bytes: Buffer): HandshakePayload {
    const payload = super.recv(bytes)
    this.#parts.onAnswer()
    const isPunchable = payload.firewall !== OPEN && payload.holepunch !== null && payload.holepunch.relays.length > 0
    const there = payload.relayAddresses?.at(-1) ?? payload.addresses4.at(-1)
    if (!this.#parts.isShut || isPunchable || !there) return payload
    // Who can not be met half way is called directly as well, unless there seems to be a way.
    return { ...payload, firewall: UNKNOWN, holepunch: { id: NO_HOLE, relays: [{ relayAddress: there, peerAddress: there }] } }
  }
}
