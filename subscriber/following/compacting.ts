import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../../shared/errors.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import { Resource } from '../../shared/resource.ts'

/** After one that failed, as on a full disk. */
const AGAIN_MS = 60_000

export interface CompactingParts {
  peer: Peer
  /** Is there while what was erased may still be on the disk. */
  dueFile: string
  log: Log
}

/**
 * Gives the disk back what was let go of. Rewriting the store takes a while, so one run stands for all that comes meanwhile.
 * A node that ends waits for it, and one that was killed goes on with it: what was erased is on no disk for longer than that.
 */
export class Compacting extends Resource {
  #parts: CompactingParts
  #running: Promise<void> | null = null
  #isDueAgain = false
  #again: NodeJS.Timeout | null = null

  constructor (parts: CompactingParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    if (await readIfThere(this.#parts.dueFile)) this.soon()
  }

  protected override async _close (): Promise<void> {
    await this.#running
    if (this.#again) clearTimeout(this.#again)
  }

  /** Something was erased. Returns when that is remembered. */
  async erased (): Promise<void> {
    this.#isDueAgain = true // a run that ends meanwhile must not take the file away
    await writeDurably(this.#parts.dueFile, '').catch(() => {}) // a full disk: it is tried now all the same, and until it is done
    this.soon()
  }

  soon (): void {
    this.#isDueAgain = true
    this.#running ??= this.#run().finally(() => { this.#running = null })
  }

  async #run (): Promise<void> {
    const { peer, dueFile, log } = this.#parts
    try {
      while (this.#isDueAgain) {
        await setImmediate() // more may come
        this.#isDueAgain = false
        await peer.compact()
        if (!this.#isDueAgain) await rm(dueFile, { force: true })
      }
    } catch (error) {
      log.error({ error: messageOf(error) }, 'giving the disk back what was let go of')
      this.#again ??= setTimeout(() => {
        this.#again = null
        this.soon()
      }, AGAIN_MS).unref()
    }
  }
}
