import type { Test } from 'tap'
import { HighWater } from '../../shared/network/high-water.ts'

/** The disk is full the next so many times that something written is to be made safe; gives how often it was asked for. */
export function fullDisk (t: Test, times: number): () => number {
  const sync = HighWater.prototype.sync
  let asked = 0
  HighWater.prototype.sync = async function (...args) {
    if (asked++ < times) throw new Error('ENOSPC: no space left on device')
    await sync.apply(this, args)
  }
  t.teardown(() => { HighWater.prototype.sync = sync })
  return () => asked
}
