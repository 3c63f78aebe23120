import { eventsPath, type NodeEventName, type NodeEvents } from '../../../shared/api/events.ts'
import type { Newsletter } from '../../../shared/api/newsletters.ts'
import type { Status } from '../../../shared/api/node.ts'
import type { Subscription } from '../../../shared/api/subscriptions.ts'
import { eventFrames } from './event-frames.ts'
import { readToken } from './session.ts'
import { withoutTurns } from './without-turns.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000
/** The node says something every 15 s; twice that without a word, and the stream is dead without anybody having closed it. */
const SILENCE_MS = 35_000

/** `connectionChanged`: the node began or ceased to answer. */
export type LiveEvents = NodeEvents & { connectionChanged: { connected: boolean } }
export type LiveEventName = keyof LiveEvents

/**
 * What the node is and what changes, over one event stream that is begun anew whenever it breaks.
 * (EventSource can't send the token, so the stream is read by fetch.)
 */
export class Live {
  status: Status | null = null
  readonly newsletters = new Map<string, Newsletter>()
  readonly subscriptions = new Map<string, Subscription>()
  /** Null until it is known. */
  connected: boolean | null = null
  #target = new EventTarget()
  #stopped = new AbortController()

  /** @returns how to stop listening */
  on<Name extends LiveEventName> (name: Name, listener: (data: LiveEvents[Name]) => void): () => void {
    const handler = (event: Event): void => listener((event as CustomEvent<LiveEvents[Name]>).detail)
    this.#target.addEventListener(name, handler)
    return () => this.#target.removeEventListener(name, handler)
  }

  /** Follows the node until `stop`. */
  async follow (): Promise<void> {
    let waitMs = FIRST_WAIT_MS
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#followOnce(() => { waitMs = FIRST_WAIT_MS })
      } catch {
        // A stream that breaks is begun anew below.
      }
      this.#setConnected(false)
      await this.#pause(waitMs)
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
  }

  stop (): void {
    this.#stopped.abort()
  }

  async #followOnce (onBegun: () => void): Promise<void> {
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), SILENCE_MS)
    try {
      const response = await fetch(eventsPath, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${readToken()}` },
        signal: AbortSignal.any([this.#stopped.signal, silence.signal])
      })
      if (response.status === 401) return this.stop()
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
      onBegun()
      const heard = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          clearTimeout(timer)
          timer = setTimeout(() => silence.abort(), SILENCE_MS)
          controller.enqueue(chunk)
        }
      })
      for await (const { event, data } of eventFrames(response.body.pipeThrough(heard))) this.#take(event as NodeEventName, withoutTurns(JSON.parse(data)))
    } finally {
      clearTimeout(timer)
    }
  }

  #take<Name extends NodeEventName> (name: Name, data: NodeEvents[Name]): void {
    const take: { [N in NodeEventName]?: (data: NodeEvents[N]) => void } = {
      state: ({ status, newsletters, subscriptions }) => {
        this.status = status
        this.newsletters.clear()
        this.subscriptions.clear()
        for (const newsletter of newsletters) this.newsletters.set(newsletter.address, newsletter)
        for (const subscription of subscriptions) this.subscriptions.set(subscription.newsletter, subscription)
        this.#setConnected(true)
      },
      statusChanged: status => { this.status = status },
      newsletterChanged: newsletter => { this.newsletters.set(newsletter.address, newsletter) },
      newsletterRemoved: ({ newsletter }) => {
        this.newsletters.delete(newsletter)
        this.subscriptions.delete(newsletter)
      },
      subscriptionProgressed: subscription => { this.subscriptions.set(subscription.newsletter, subscription) }
    }
    take[name]?.(data)
    this.#tell<NodeEventName>(name, data)
  }

  #setConnected (connected: boolean): void {
    if (this.connected === connected) return
    this.connected = connected
    this.#tell('connectionChanged', { connected })
  }

  #tell<Name extends LiveEventName> (name: Name, detail: LiveEvents[Name]): void {
    this.#target.dispatchEvent(new CustomEvent(name, { detail }))
  }

  async #pause (ms: number): Promise<void> {
    // A page that comes to the front asks at once.
    await new Promise<void>(resolve => {
      const timer = setTimeout(end, ms)
      function end (): void {
        clearTimeout(timer)
        document.removeEventListener('visibilitychange', end)
        resolve()
      }
      document.addEventListener('visibilitychange', end)
    })
  }
}
