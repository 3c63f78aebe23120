import { join } from 'node:path'
import t from 'tap'
import { type Beacon, signBeacon } from '../../shared/format/beacon.ts'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import { Beacons } from '../../shared/network/receipts/beacons.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { log } from '../support/network.ts'

t.test('beacons that come before the root are not lost by bad ones, however many', async t => {
  const folder = t.testdir({})
  const { address, chain, writer } = newNewsletter('laptop')
  const root = readRootChain(address, chain)
  const roots = new RootStore(join(folder, 'roots'))
  const beacons = new Beacons({ roots, folder, log })
  const state = { fork: 0, length: 1, treeHash: 'a'.repeat(64) }
  const beacon = (at: string): Beacon =>
    ({ colporteur: 1, kind: 'beacon', newsletter: address, writer: writer.id, drive: DriveWriter.keyOf(writer.drive.publicKey), at, index: state, blobs: state })
  const honest = signBeacon(beacon('2026-01-05T12:00:00.000Z'), writer.signing)
  const junk = Array.from({ length: 40 }, (_, i) => signBeacon(beacon(`2026-01-06T12:00:00.0${10 + i}Z`), createSigningKey()))
  await beacons.offer(address, junk.slice(0, 10), 'a stranger')
  await beacons.offer(address, [honest], 'a reader')
  await beacons.offer(address, junk.slice(10), 'a stranger')
  await roots.offer(root)
  const { taken, isNews } = await beacons.rootChanged(address)
  t.match({ taken, isNews }, { taken: [honest], isNews: true })
  t.match(await beacons.told(address), [{ at: '2026-01-05T12:00:00.000Z' }])
})
