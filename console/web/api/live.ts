import type { NodeEventName, NodeEvents } from '../../../shared/api/events.ts'
import type { Newsletter } from '../../../shared/api/newsletters.ts'
import type { Status } from '../../../shared/api/node.ts'
import type { Subscription } from '../../../shared/api/subscriptions.ts'
import { SharedStream } from './shared-stream.ts'
import { withoutTurns } from './without-turns.ts'

/** `connectionChanged`: the node began or ceased to answer. `refused`: it does not accept the token any more. */
export type LiveEvents = NodeEvents & { connectionChanged: { connected: boolean }, refused: null }
export type LiveEventName = keyof LiveEvents

/** What the node is and what changes, for as long as it is followed. */
export class Live {
  status: Status | null = null
  readonly newsletters = new Map<string, Newsletter>()
  readonly subscriptions = new Map<string, Subscription>()
  /** Null until it is known. */
  connected: boolean | null = null
  #target = new EventTarget()
  #stream: SharedStream | null = null

  /** @returns how to stop listening */
  on<Name extends LiveEventName> (name: Name, listener: (data: LiveEvents[Name]) => void): () => void {
    const handler = (event: Event): void => listener((event as CustomEvent<LiveEvents[Name]>).detail)
    this.#target.addEventListener(name, handler)
    return () => this.#target.removeEventListener(name, handler)
  }

  /** Follows the node, anew when it did already, until {@link stop} or until the node does not accept the token. */
  follow (): void {
    this.#stream?.stop()
    this.#stream = new SharedStream({
      frame: ({ event, data }) => this.#take(event as NodeEventName, withoutTurns(JSON.parse(data))),
      gone: () => this.#setConnected(false),
      refused: () => this.#tell('refused', null)
    })
    void this.#stream.follow()
  }

  stop (): void {
    this.#stream?.stop()
    this.#stream = null
    this.connected = null
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
      newsletterChanged: newsletter => {
        this.newsletters.set(newsletter.address, newsletter)
        if (!newsletter.subscribed) this.subscriptions.delete(newsletter.address)
      },
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
}
