import { setTimeout as passing } from 'node:timers/promises'
import Type from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { isStoreDamage } from '../../shared/network/damage.ts'
import { Resource } from '../../shared/resource.ts'

const DAY_MS = 24 * 60 * 60_000
/** Each drive is read through once in so long: a disk that begins to forget is noticed while others still have what it lost. */
export const PERIOD_MS = 6 * DAY_MS
/** Until it is looked again what is due, and what could not be read through just now. */
export const LOOK_MS = 15 * 60_000
/** A node that starts has better things to do. */
export const FIRST_MS = 2 * 60_000

/** z-base-32 of a drive's key, or what else is read through, -> when it was last; ISO 8601. */
const Scrubbed = Type.Record(Type.String(), Type.String())

export interface ScrubTiming { firstMs?: number, lookMs?: number, periodMs?: number }

export interface ScrubbingParts {
  /** Keys of the drives that are here, and names of what else is read through. */
  drives: () => string[]
  /** Reads every block, and fetches again what is damaged. False: not now, because it is being repaired, or just was, or all is ending. */
  scrub: (drive: string, ending: AbortSignal) => Promise<boolean>
  file: string
  timing?: ScrubTiming | undefined
  log: Log
}

/** Reads everything that is here once a week, one drive after the other, also over restarts. */
export class Scrubbing extends Resource {
  #parts: ScrubbingParts
  #ending = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor (parts: ScrubbingParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#running = this.#run()
  }

  protected override async _close (): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run (): Promise<void> {
    const { file, drives, timing: { firstMs = FIRST_MS, lookMs = LOOK_MS, periodMs = PERIOD_MS } = {} } = this.#parts
    const { signal } = this.#ending
    const rest = (ms: number): Promise<unknown> => passing(ms, null, { signal, ref: false }).catch(() => {})
    let scrubbed = await read(file)
    await rest(firstMs)
    while (!signal.aborted) {
      const present = drives()
      const nowMs = Date.now()
      const [since, now] = [nowMs - periodMs, nowMs].map(ms => new Date(ms).toISOString()) as [string, string]
      // One that lies ahead is from a clock that was wrong, and would hold for ever.
      const isDue = (readThrough = ''): boolean => readThrough < since || readThrough > now
      const due = present.filter(drive => isDue(scrubbed[drive]))
      for (const drive of due) {
        if (signal.aborted) return
        if (!await this.#isReadThrough(drive)) continue
        // What is gone is forgotten.
        const known = Object.entries(scrubbed).filter(([key]) => present.includes(key))
        scrubbed = { ...Object.fromEntries(known), [drive]: new Date().toISOString() }
        await writeDurably(file, JSON.stringify(scrubbed) + '\n').catch(() => {}) // a full disk: it is done again
      }
      await rest(lookMs)
    }
  }

  /** One that can't be, as because it is being closed, does not keep the others from it. */
  async #isReadThrough (drive: string): Promise<boolean> {
    try {
      return await this.#parts.scrub(drive, this.#ending.signal)
    } catch (error) {
      if (isStoreDamage(error)) throw error // nobody catches it: as when it shows by itself
      if (!this.closing && this.#parts.drives().includes(drive)) this.#parts.log.error({ drive, error: messageOf(error) }, 'looking for damage')
      return false
    }
  }
}

/** What can't be read is forgotten: then all is read through again. */
async function read (file: string): Promise<Record<string, string>> {
  try {
    const stored: unknown = JSON.parse((await readIfThere(file))?.toString('utf8') ?? '{}')
    return Value.Check(Scrubbed, stored) ? stored : {}
  } catch {
    return {}
  }
}
