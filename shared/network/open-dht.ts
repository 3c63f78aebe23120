import DHT from 'hyperdht'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { believeAnswersAlone } from './asked-address.ts'
import { guardProtomux } from './guard-protomux.ts'
import { guardRawStreams } from './guard-raw-streams.ts'
import { isLoopback } from './host-of.ts'
import type { PeerNetwork } from './peer-options.ts'
import { limitUnfinishedFrames } from './unfinished-frames.ts'

/** This node's place in the DHT, by which no stranger can end it. */
export function openDht ({ bootstrap, bind, relay }: PeerNetwork, log: Log): DHT {
  guardProtomux()
  limitUnfinishedFrames()
  const dht = new DHT({
    ...(bootstrap && { bootstrap }),
    ...(bind && { host: bind }),
    // There is no firewall on loopback. Two nodes there that take themselves for firewalled punch holes into nothing,
    // and each second connection is dead for 15 s (hyperdht 6.34: the local shortcut races with the aborted punching).
    ...((relay || (bind && isLoopback(bind))) && { firewalled: false })
  })
  dht.on('error', (error: Error) => log.warn({ error: messageOf(error) }, 'DHT'))
  guardRawStreams(dht)
  believeAnswersAlone(dht)
  return dht
}
