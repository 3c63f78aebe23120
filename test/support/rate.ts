import { until } from './until.ts'

/** What a pace that has rested lets run ahead, with what is on its way: so many bytes have gone before the clock starts. */
export const AHEAD_BYTES = 200_000

export interface Rate { bytes: number, seconds: number, bytesPerSecond: number }

/** How fast bytes go, from when they begin to until something is done. */
export async function rateOf (count: () => Promise<number>, isDone: () => Promise<boolean>): Promise<Rate> {
  const startBytes = await count()
  let first: { bytes: number, atMs: number } | null = null
  let last = { bytes: startBytes, atMs: performance.now() }
  await until('all has come', async () => {
    const atMs = performance.now()
    const bytes = await count()
    if (!first && bytes - startBytes > AHEAD_BYTES) first = { bytes, atMs }
    last = { bytes, atMs: performance.now() }
    return await isDone()
  })
  const { bytes, atMs } = first ?? last
  const seconds = Math.max(0.001, (last.atMs - atMs) / 1000)
  return { bytes: last.bytes - bytes, seconds, bytesPerSecond: Math.round((last.bytes - bytes) / seconds) }
}
