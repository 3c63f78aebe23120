import type DHT from 'hyperdht'
import type { RawStream } from 'hyperdht'

/**
 * Ends a stream that can not be connected as somebody else says. HyperDHT 6.34 believes the port that whoever is called
 * names, or that a packet says to be from, and a relay that says twice that the other side is there; the stream throws
 * (udx-native 1, `lib/stream.js`), and nothing catches that.
 */
export function guardRawStreams (dht: DHT): void {
  const create = dht.createRawStream.bind(dht)
  dht.createRawStream = options => guarded(create(options))
}

function guarded (stream: RawStream): RawStream {
  const connect = stream.connect.bind(stream)
  const changeRemote = stream.changeRemote.bind(stream)
  stream.connect = (...where) => {
    try {
      connect(...where)
    } catch (error) {
      stream.destroy(error as Error)
    }
  }
  stream.changeRemote = async (...where) => {
    try {
      await changeRemote(...where)
    } catch (error) {
      stream.destroy(error as Error)
    }
  }
  return stream
}
