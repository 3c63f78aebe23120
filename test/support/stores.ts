import Corestore from 'corestore'
import type { Test } from 'tap'
import { type DriveKeys, DriveWriter } from '../../shared/network/drive-writer.ts'
import { type WrappedReplication, wrapReplication } from '../../shared/network/wrap-replication.ts'
import { log } from './network.ts'

/** A store with all that spreads its blocks, without a network. */
export type TestStore = WrappedReplication & { store: Corestore }

export async function openStore (t: Test, folder: string): Promise<TestStore> {
  const store = new Corestore(folder)
  await store.ready()
  t.teardown(() => store.close())
  const none = { self: () => null, pacesOf: () => null, onProven: () => {}, onOtherHistory: () => {}, onDamage: () => {} }
  const wrapped = wrapReplication(store, { log, ...none })
  t.teardown(() => wrapped.stalled.close())
  return { store, ...wrapped }
}

export async function openWriter (t: Test, parts: TestStore, keys: DriveKeys): Promise<DriveWriter> {
  const writer = new DriveWriter(parts, keys)
  await writer.ready()
  t.teardown(() => writer.close())
  return writer
}

/** One end of a connection between two stores. */
export function replicate (store: Corestore, isInitiator: boolean): ReturnType<Corestore['replicate']> {
  const stream = store.replicate(isInitiator as never)
  stream.on('error', () => {}) // it is cut off
  return stream
}
