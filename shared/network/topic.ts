import type Hyperswarm from 'hyperswarm'
import type { PeerDiscovery } from 'hyperswarm'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { TopicTurns, Urgency } from './topic-turns.ts'
import { withLimit } from './with-limit.ts'

/** Simultaneous joiners don't find each other before the next lookup, 10 minutes later, unless they look again. */
const REFRESH_MS = [100, 1_000, 3_000]
const REFRESH_ALONE_MS = 60_000
/** Where there are many, and none of them even has the root: each lookup names a few by chance, and one may be the right one. */
const REFRESH_CROWD_MS = 600
const CROWD_ROUNDS = 50
const REFRESH_LONG_CROWD_MS = 5_000
/** Leaving the DHT politely saves others from dialling us; without a network it would never end. */
const GOODBYE_MS = 3_000

/** `peers`: nobody was found; `root`: nothing is known here of what the topic is about, and `crowd`: nor by any of the many who were found. */
export type Need = 'none' | 'peers' | 'root' | 'crowd'

export interface TopicParts {
  swarm: Hyperswarm
  turns: TopicTurns
  topic: Uint8Array
  need: () => Need
  /** False: only looks for others, and leaves no record of this node in the DHT. */
  announces: boolean
  /** The few nodes of a private DHT forget all announcements when they are restarted together: so they are made again and again. */
  isPrivate: boolean
  log: Log
}

/** A topic on which this node looks for others, and announces itself where it may: again soon after joining, and every minute while it is alone. */
export class Topic {
  #parts: TopicParts
  #announces: boolean
  #discovery: PeerDiscovery | null = null
  #timer: NodeJS.Timeout | null = null
  #left = false
  #minutes = 0
  #crowds = 0
  #refreshedMs = -Infinity

  constructor (parts: TopicParts) {
    this.#parts = parts
    this.#announces = parts.announces
    void parts.turns.take('first', async () => { await this.#join() }).then(() => this.#refreshIn(REFRESH_MS))
  }

  async #join (): Promise<void> {
    if (this.#left || this.#discovery) return
    const { swarm, topic } = this.#parts
    this.#refreshedMs = performance.now()
    // Hyperswarm looks for nobody before the node itself can be called, which takes some round trips the first time.
    const isFirst = this.#announces && swarm.listening === null
    this.#discovery = swarm.join(topic, { server: this.#announces && !isFirst, client: true })
    if (isFirst) swarm.listen().catch(() => {}) // told to who announces
    await this.#discovery.flushed()
    if (isFirst && !this.#left) await this.#refresh(this.#discovery)
  }

  async leave (): Promise<void> {
    this.stop()
    if (this.#discovery) await withLimit(this.#discovery.destroy(), GOODBYE_MS)
  }

  /** Leaves a record of this node in the DHT from now on, or (false) takes it back. Without a network, that is done when there is one. */
  async announce (announces: boolean): Promise<void> {
    if (this.#announces === announces) return
    this.#announces = announces
    if (this.#discovery && !this.#left) await withLimit(this.#refresh(this.#discovery), GOODBYE_MS)
  }

  /** Looks for others before what nobody waits for. */
  async lookNow (): Promise<void> { await this.#look('asked') }

  /** Looks no more; the swarm, which is closed, leaves all topics at once. */
  stop (): void {
    this.#left = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** @param delays until the next time, and from each time to the one after; then, and in between, it depends on the need */
  #refreshIn (delays: number[]): void {
    if (this.#left) return
    const [plannedMs = Infinity, ...later] = delays
    const pauseMs = this.#pauseMs()
    const isPlanned = plannedMs <= pauseMs
    const left = isPlanned || plannedMs === Infinity ? later : [plannedMs - pauseMs, ...later]
    this.#timer = setTimeout(() => {
      void (isPlanned || this.#isDue() ? this.#look('again') : Promise.resolve()).then(() => this.#refreshIn(left))
    }, Math.min(plannedMs, pauseMs)).unref()
  }

  /** One may be among many strangers from one moment to the next. */
  #pauseMs (): number {
    const need = this.#parts.need()
    if (need === 'none' || need === 'peers') return REFRESH_ALONE_MS
    return this.#crowds < CROWD_ROUNDS ? REFRESH_CROWD_MS : REFRESH_LONG_CROWD_MS
  }

  #isDue (): boolean {
    const need = this.#parts.need()
    if (need === 'crowd') this.#crowds++
    else if (need === 'root') return performance.now() - this.#refreshedMs >= REFRESH_ALONE_MS // it is only looked at more often
    else this.#crowds = 0
    return need !== 'none' || (this.#parts.isPrivate && ++this.#minutes % 2 === 0)
  }

  async #look (urgency: Urgency): Promise<void> {
    await this.#parts.turns.take(urgency, async () => {
      if (!this.#discovery) return await this.#join()
      if (!this.#left) await this.#refresh(this.#discovery)
    })
  }

  async #refresh (discovery: PeerDiscovery): Promise<void> {
    this.#refreshedMs = performance.now()
    await discovery.refresh({ client: true, server: this.#announces })
      .catch((error: unknown) => this.#parts.log.debug({ error: messageOf(error) }, 'looking for peers'))
  }
}
