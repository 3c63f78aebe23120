import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import type { Issue } from '../shared/api/issues.ts'
import { readIfThere, writeDurably } from '../shared/durable-file.ts'
import { messageOf } from '../shared/errors.ts'
import type { Log } from '../shared/log.ts'
import { Resource } from '../shared/resource.ts'
import type { Following } from './following/following.ts'
import { type IssueKey, type IssueViews, refOf } from './issue-view.ts'
import { isReadable } from './library/library-issue.ts'
import { isSubscription } from './subscriptions.ts'

/** Refs that are remembered: of those from before, nothing comes anew. */
const REMEMBERED = 5_000

type Stored = Static<typeof Stored>
const Stored = Type.Object({ told: Type.Array(Type.String()) })

export interface ArrivalsParts {
  following: Following
  views: IssueViews
  /** What was told, so that a correction, or another start, does not tell it again. */
  arrivalsFile: string
  log: Log
}

/** Tells of each issue once, when it can be read here: of those that were published since their newsletter is followed. */
export class Arrivals extends Resource<{ arrived: [issue: Issue] }> {
  #parts: ArrivalsParts
  #told: Set<string> | null = null
  #working: Promise<void> = Promise.resolve()

  constructor (parts: ArrivalsParts) {
    super()
    this.#parts = parts
    parts.following.on('issueChanged', key => {
      this.#working = this.#working.then(() => this.#look(key)).catch((error: unknown) => {
        if (!this.closing) parts.log.warn({ error: messageOf(error) }, 'telling of an issue')
      })
    })
  }

  protected override async _close (): Promise<void> {
    await this.#working
  }

  async #look (key: IssueKey): Promise<void> {
    const { following, views } = this.#parts
    const ref = refOf(key)
    if (this.closing || this.#told?.has(ref) || !following.has(key.newsletter)) return
    const { followed } = following.get(key.newsletter)
    if (!isSubscription(followed)) return
    const issue = await views.find(key)
    if (!issue || !isReadable(issue) || issue.read || issue.publishedAt < followed.since) return
    this.#told ??= await this.#load()
    if (this.#told.has(ref)) return
    this.#told.add(ref)
    for (const oldest of this.#told) {
      if (this.#told.size <= REMEMBERED) break
      this.#told.delete(oldest)
    }
    try {
      await writeDurably(this.#parts.arrivalsFile, JSON.stringify({ told: [...this.#told] } satisfies Stored) + '\n')
    } finally {
      this.emit('arrived', issue) // on a full disk, too: at worst it is told twice
    }
  }

  async #load (): Promise<Set<string>> {
    try {
      const stored: unknown = JSON.parse((await readIfThere(this.#parts.arrivalsFile))?.toString('utf8') ?? 'null')
      if (Value.Check(Stored, stored)) return new Set(stored.told)
    } catch {
      // Damaged: at worst something is told twice.
    }
    return new Set()
  }
}
