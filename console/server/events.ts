import type { FastifyInstance, FastifyReply } from 'fastify'
import { eventsPath, type NodeEventName, type NodeEvents } from '../../shared/api/events.ts'
import type { IssueCopies, NewsletterCopies } from '../../shared/api/copies.ts'
import type { DraftSummary } from '../../shared/api/drafts.ts'
import type { Issue } from '../../shared/api/issues.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { AtMostEvery } from './at-most-every.ts'
import { EventStream, eventText } from './event-stream.ts'
import { newsletterOf } from './newsletter-of.ts'
import type { WritingPart } from './history-parts.ts'
import type { LocksPart } from './lock-parts.ts'
import type { NotifierPart } from './subscribing-parts.ts'
import type { CopiesPart, CustodyPart, DraftsPart, NodePart, SubscriberPart } from './parts.ts'

const STREAMS = 32
const HEARTBEAT_MS = 15_000
/** Four times a second is as fast as a person sees numbers move. */
const INTERVAL_MS = 250
const PEERS_MS = 2_000

export interface EventParts {
  custody: CustodyPart
  writing: WritingPart
  locks: LocksPart
  subscriber: SubscriberPart
  copies: CopiesPart
  drafts: DraftsPart
  node: NodePart
  notifier: NotifierPart
  log: Log
}

/** Tells every listener what the node is, and then what changes. */
export class EventStreams {
  #parts: EventParts
  #streams = new Set<EventStream>()
  #rate = new AtMostEvery(INTERVAL_MS)
  #heartbeat: NodeJS.Timeout | null = null
  #peersTimer: NodeJS.Timeout | null = null
  #lastPeers = ''
  #closed = false
  #onStatus = (): void => this.#rate.run('status', () => this.#tellLater('statusChanged', () => this.#parts.node.status()))
  #onNewsletter = (address: string): void => this.#rate.run(`newsletter ${address}`, () => this.#tellLater('newsletterChanged', async () =>
    newsletterOf(await this.#parts.subscriber.newsletter(address), this.#parts)))

  #onRemoved = (newsletter: string): void => {
    this.#rate.forget(`newsletter ${newsletter}`)
    this.#rate.forget(`subscription ${newsletter}`)
    this.#rate.forget(`copies ${newsletter}`)
    this.tell('newsletterRemoved', { newsletter })
  }

  #onIssue = (issue: Issue): void => this.tell('issueChanged', issue)
  #onNotified = (notification: NodeEvents['notified']): void => this.tell('notified', notification)
  #onHighlights = ({ newsletter, id }: { newsletter: string, id: string }): void => this.tell('highlightsChanged', { issue: `${id}@${newsletter}` })
  #onMarked = (newsletter: string | null): void => this.tell('issuesMarked', { newsletter })
  #onProgress = (address: string): void => this.#rate.run(`subscription ${address}`, () => this.#tellLater('subscriptionProgressed', () =>
    this.#parts.subscriber.subscription(address)))

  #onDraft = (draft: DraftSummary): void => this.#rate.run(`draft ${draft.id}`, () => this.tell('draftChanged', draft))
  #onDraftRemoved = (removed: NodeEvents['draftRemoved']): void => {
    this.#rate.forget(`draft ${removed.draft}`)
    this.tell('draftRemoved', removed)
  }

  #onKept = (newsletter: string): void => this.#tellLater('keptChanged', async () =>
    ({ newsletter, kept: this.#parts.subscriber.keeping.isKept(newsletter) ? await this.#parts.subscriber.keeping.get(newsletter) : null }))

  #onEvicted = (eviction: NodeEvents['issueEvicted']): void => this.tell('issueEvicted', eviction)
  #onCopies = (copies: NewsletterCopies): void => this.#rate.run(`copies ${copies.newsletter}`, () => this.tell('copiesChanged', copies))
  #onIssueCopies = (copies: IssueCopies): void => this.#rate.run(`copies ${copies.ref}`, () => this.tell('issueCopiesChanged', copies))

  constructor (parts: EventParts) {
    this.#parts = parts
  }

  open (): void {
    const { custody, writing, locks, subscriber, copies, drafts, node } = this.#parts
    node.on('statusChanged', this.#onStatus)
    subscriber.on('newsletterChanged', this.#onNewsletter)
    custody.on('wordsChanged', this.#onNewsletter)
    writing.on('troubleChanged', this.#onNewsletter)
    locks.on('keysChanged', this.#onNewsletter)
    subscriber.on('newsletterRemoved', this.#onRemoved)
    subscriber.on('issueChanged', this.#onIssue)
    subscriber.on('issuesMarked', this.#onMarked)
    this.#parts.notifier.on('notified', this.#onNotified)
    subscriber.subscribing.highlighting.on('highlightsChanged', this.#onHighlights)
    subscriber.on('subscriptionProgressed', this.#onProgress)
    subscriber.keeping.on('keptChanged', this.#onKept)
    subscriber.keeping.on('issueEvicted', this.#onEvicted)
    copies.on('copiesChanged', this.#onCopies)
    copies.on('issueCopiesChanged', this.#onIssueCopies)
    drafts.on('draftChanged', this.#onDraft)
    drafts.on('draftRemoved', this.#onDraftRemoved)
    this.#peersTimer = setInterval(() => this.#tellPeers(), PEERS_MS).unref()
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS).unref()
  }

  close (): void {
    this.#closed = true
    const { custody, writing, locks, subscriber, copies, drafts, node } = this.#parts
    node.off('statusChanged', this.#onStatus)
    subscriber.off('newsletterChanged', this.#onNewsletter)
    custody.off('wordsChanged', this.#onNewsletter)
    writing.off('troubleChanged', this.#onNewsletter)
    locks.off('keysChanged', this.#onNewsletter)
    subscriber.off('newsletterRemoved', this.#onRemoved)
    subscriber.off('issueChanged', this.#onIssue)
    subscriber.off('issuesMarked', this.#onMarked)
    this.#parts.notifier.off('notified', this.#onNotified)
    subscriber.subscribing.highlighting.off('highlightsChanged', this.#onHighlights)
    subscriber.off('subscriptionProgressed', this.#onProgress)
    subscriber.keeping.off('keptChanged', this.#onKept)
    subscriber.keeping.off('issueEvicted', this.#onEvicted)
    copies.off('copiesChanged', this.#onCopies)
    copies.off('issueCopiesChanged', this.#onIssueCopies)
    drafts.off('draftChanged', this.#onDraft)
    drafts.off('draftRemoved', this.#onDraftRemoved)
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    if (this.#peersTimer) clearInterval(this.#peersTimer)
    this.#rate.clear()
    for (const stream of this.#streams) stream.end()
  }

  /** Bytes move all the time, so who listens is told what they have come to, now and then. */
  #tellPeers (): void {
    if (this.#streams.size === 0) return
    const peers = this.#parts.node.peers()
    const text = JSON.stringify(peers)
    if (text !== this.#lastPeers) this.tell('peersChanged', peers)
    this.#lastPeers = text
  }

  tell<Name extends NodeEventName> (name: Name, data: NodeEvents[Name]): void {
    if (this.#streams.size > 0) this.#write(eventText(name, data))
  }

  /** Answers with a stream. What happens while the state is gathered follows it, so that nothing is missed. */
  async answer (reply: FastifyReply): Promise<void> {
    if (this.#closed) throw new AppError('NOT_READY', 'The node is stopping.')
    if (this.#streams.size >= STREAMS) {
      throw new AppError('TOO_MANY_REQUESTS', 'Too many windows of the console are open. Close some and try again.')
    }
    const stream = new EventStream(reply.raw)
    this.#streams.add(stream)
    reply.raw.once('close', () => this.#streams.delete(stream))
    try {
      const state = await this.#state()
      reply.hijack()
      stream.begin(state)
    } catch (error) {
      this.#streams.delete(stream)
      throw error
    }
  }

  async #state (): Promise<NodeEvents['state']> {
    const { subscriber, copies, node } = this.#parts
    const [status, newsletters, subscriptions, counted] = await Promise.all([
      node.status(), subscriber.newsletters(), subscriber.subscriptions(), copies.newsletters()
    ])
    return { status, newsletters: newsletters.map(view => newsletterOf(view, this.#parts)), subscriptions, copies: counted }
  }

  #write (text: string): void {
    for (const stream of this.#streams) stream.write(text)
  }

  #tellLater<Name extends NodeEventName> (name: Name, look: () => Promise<NodeEvents[Name]>): void {
    if (this.#streams.size === 0) return
    look().then(data => this.tell(name, data), (error: unknown) => {
      // Removed before it could be told: that is told by itself.
      if (!isAppError(error)) this.#parts.log.error({ err: error, event: name }, 'an event could not be told')
    })
  }
}

export function eventRoute (app: FastifyInstance, { events }: { events: EventStreams }): void {
  app.addHook('onReady', async () => events.open())
  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => events.close())
  app.get(eventsPath, {
    schema: { summary: 'Server-sent events: first what is, then what changes' }
  }, async (_request, reply) => await events.answer(reply))
}
