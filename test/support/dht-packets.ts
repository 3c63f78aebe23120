import type { HostPort } from 'hyperdht'
import sodium from 'sodium-universal'

const REQUEST = 3
const [WITH_ID, INTERNAL, PING] = [1, 4, 0]

/** A packet of the DHT (dht-rpc) by which a node asks for a sign of life; `to`: to whom it has sent it, as it says. */
export function pingThatSays (sender: HostPort, to: HostPort): Buffer {
  const id = Buffer.alloc(32)
  sodium.crypto_generichash(id, addressBytes(sender))
  return Buffer.concat([Buffer.from([REQUEST, WITH_ID | INTERNAL, 0, 0]), addressBytes(to), id, Buffer.from([PING])])
}

function addressBytes ({ host, port }: HostPort): Buffer {
  return Buffer.from([...host.split('.').map(Number), port & 255, port >> 8])
}
