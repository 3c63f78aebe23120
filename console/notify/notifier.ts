import Type from 'typebox'
import Value from 'typebox/value'
import type { Issue } from '../../shared/api/issues.ts'
import type { Notification, Notifications } from '../../shared/api/notifications.ts'
import type { Config } from '../../shared/config.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { Resource } from '../../shared/resource.ts'
import type { Arrivals } from '../../subscriber/arrivals.ts'
import { Gathered } from './gathered.ts'
import { type Environment, runHook } from './run-hook.ts'

/** Issues that come together are told together. */
const GATHER_MS = 2_000
const LOOK_MS = 30_000

const Stored = Type.Object({
  /** ISO 8601. */
  digestAt: Type.String(),
  waiting: Type.Unknown()
})

export interface NotifierParts {
  arrivals: Arrivals
  config: Pick<Config, 'notify' | 'digest'>
  /** What waits for the digest. */
  file: string
  environment: Environment
  log: Log
  now?: () => Date
  gatherMs?: number
}

/** Tells of what has come: soon, or once a day; by a program where one is set, and to every console that is open. */
export class Notifier extends Resource<{ notified: [notification: Notification] }> {
  #parts: NotifierParts
  #waiting = new Gathered()
  #digestAt: string | null = null
  #timers: { gather: NodeJS.Timeout | null, look: NodeJS.Timeout | null } = { gather: null, look: null }
  #working: Promise<void> = Promise.resolve()
  /** What came since will be in what is about to be written. */
  #isKept = true
  #onArrived = (issue: Issue): void => this.#arrived(issue)

  constructor (parts: NotifierParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { arrivals, config: { digest }, file } = this.#parts
    arrivals.on('arrived', this.#onArrived)
    if (digest === null) return
    const stored = parse((await readIfThere(file))?.toString('utf8') ?? 'null')
    if (Value.Check(Stored, stored)) [this.#waiting, this.#digestAt] = [Gathered.from(stored.waiting), stored.digestAt]
    this.#digestAt ??= this.#now.toISOString()
    this.#timers.look = setInterval(() => this.digestIfDue(), LOOK_MS).unref()
    this.digestIfDue()
  }

  protected override async _close (): Promise<void> {
    this.#parts.arrivals.off('arrived', this.#onArrived)
    if (this.#timers.look) clearInterval(this.#timers.look)
    if (this.#timers.gather) {
      clearTimeout(this.#timers.gather)
      this.#tell('issues')
    }
    await this.#working
  }

  get settings (): Notifications {
    const { notify, digest } = this.#parts.config
    return { how: typeof notify === 'string' ? notify : 'program', program: typeof notify === 'string' ? null : notify[0]!, digest }
  }

  /** Tells something right now, to see whether it works. @throws AppError as the program fails */
  async test (): Promise<Notification> {
    const notification = new Gathered().notification('test')
    this.emit('notified', notification)
    const { notify } = this.#parts.config
    if (notify !== 'off') await runHook(notify, notification, this.#parts.environment)
    return notification
  }

  /** Tells what has come since the last digest, when it is time. */
  digestIfDue (): void {
    const { digest } = this.#parts.config
    if (digest === null || this.#digestAt === null || Date.parse(this.#digestAt) >= lastDue(digest, this.#now).getTime()) return
    this.#digestAt = this.#now.toISOString()
    this.#tell('digest')
  }

  #arrived (issue: Issue): void {
    this.#waiting.add(issue)
    if (this.#parts.config.digest !== null) return this.#keepSoon()
    this.#timers.gather ??= setTimeout(() => this.#tell('issues'), this.#parts.gatherMs ?? GATHER_MS)
  }

  #tell (kind: 'issues' | 'digest'): void {
    this.#timers.gather = null
    const waiting = this.#waiting
    this.#waiting = new Gathered()
    this.#inTurn(async () => {
      // Told twice, after the next start, is better than not at all.
      if (kind === 'digest') await this.#keep().catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'not written down that the digest was told'))
      if (waiting.isEmpty) return
      const notification = waiting.notification(kind)
      this.emit('notified', notification)
      const { notify } = this.#parts.config
      if (notify !== 'off') await runHook(notify, notification, this.#parts.environment)
    })
  }

  /** Of a thousand that come at once it is written once, or twice. */
  #keepSoon (): void {
    if (!this.#isKept) return
    this.#isKept = false
    this.#inTurn(() => this.#keep())
  }

  async #keep (): Promise<void> {
    this.#isKept = true
    await writeDurably(this.#parts.file, JSON.stringify({ digestAt: this.#digestAt, waiting: this.#waiting.stored() }) + '\n')
  }

  get #now (): Date { return this.#parts.now?.() ?? new Date() }

  /** One after the other; what fails is told in the log, and the next one is tried all the same. */
  #inTurn (work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'notifying'))
  }
}

/** When a time of day was last, where the machine is. */
function lastDue (time: string, now: Date): Date {
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  const due = new Date(now)
  due.setHours(hours, minutes, 0, 0)
  if (due > now) due.setDate(due.getDate() - 1)
  return due
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // damaged: what waited is in the inbox all the same
  }
}
