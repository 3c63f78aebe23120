import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import { RememberedPeers } from '../../shared/network/remembered-peers.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { log, type TestNetwork } from './network.ts'

export interface OpenMeeting { meeting: Meeting, seed: Buffer, close: () => Promise<void> }

/**
 * What of a node meets others, and no more. Opened again under the same name and seed it is the same node.
 *
 * @param Kind of the peer that it meets them by
 */
export async function openMeeting (
  t: Test, { folder, bootstrap }: TestNetwork, name: string, seed: Buffer = randomBytes(32), Kind = Peer
): Promise<OpenMeeting> {
  const peer = new Kind({ folder: join(folder, name, 'store'), network: { bootstrap, bind: '127.0.0.1', seed }, log })
  await peer.ready()
  const remembered = new RememberedPeers(join(folder, `${name}-peers.json`), log)
  const meeting = new Meeting({ peer, roots: new RootStore(join(folder, name, 'roots')), remembered, log })
  await meeting.ready()
  const close = async (): Promise<void> => {
    await meeting.close()
    await peer.close()
  }
  t.teardown(close)
  return { meeting, seed, close }
}
