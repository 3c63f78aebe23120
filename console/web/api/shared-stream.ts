import { isAppError } from '../../../shared/errors.ts'
import { type EventFrame, nodeEvents, SILENCE_MS } from './node-events.ts'

const NAME = 'colporteur events'
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000

/** What windows tell each other. `heard`: the node has said something. `wake`: somebody looks, so ask at once. */
type Told = { kind: 'frame', frame: EventFrame } | { kind: 'gone' | 'heard' | 'wake' }

export interface StreamListener {
  frame: (frame: EventFrame) => void
  /** The node ceased to answer. */
  gone: () => void
  /** It does not accept the token. */
  refused: () => void
}

/**
 * The events of the node, over one stream for all windows of a browser: a browser opens only six connections to a node, and
 * a stream for each window would leave none for anything else. The window that holds a lock reads the stream and passes it
 * on; when it goes, another takes its turn. Where there are no locks, which is on plain HTTP from another machine, each
 * window has its own.
 */
export class SharedStream {
  #listener: StreamListener
  #channel: BroadcastChannel | null = null
  readonly #stopped = new AbortController()
  #leads = false
  /** Frames that came before this window knows the state that they change; null when it knows. */
  #early: EventFrame[] | null = null
  #isLearning = false
  /** Ends when nothing was heard of the window that leads. */
  #patience = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  #endPause = (): void => {}

  constructor (listener: StreamListener) {
    this.#listener = listener
  }

  /** Follows the node, once, until {@link stop}. */
  async follow (): Promise<void> {
    const { signal } = this.#stopped
    document.addEventListener('visibilitychange', this.#onVisible)
    if (navigator.locks) {
      this.#channel = new BroadcastChannel(NAME)
      this.#channel.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data)
      await this.#takeTurns(signal)
    } else await this.#lead(signal)
    document.removeEventListener('visibilitychange', this.#onVisible)
    clearTimeout(this.#timer)
    this.#channel?.close()
  }

  stop (): void {
    this.#stopped.abort()
  }

  async #takeTurns (signal: AbortSignal): Promise<void> {
    let options: LockOptions = { ifAvailable: true }
    while (!signal.aborted) {
      const turn = new AbortController()
      const lead = async (lock: Lock | null): Promise<void> => {
        if (lock) await this.#lead(AbortSignal.any([signal, turn.signal]))
      }
      // It fails when another window takes the lead away, or when waiting for it was given up.
      await navigator.locks.request(NAME, options, lead).catch(() => {})
      turn.abort()
      if (signal.aborted) return
      if (this.#patience.signal.aborted && options.steal !== true) options = { steal: true }
      else {
        this.#early ??= []
        this.#beginPatience()
        void this.#learn(signal)
        options = { signal: AbortSignal.any([signal, this.#patience.signal]) }
      }
    }
  }

  /** Reads the stream, which is begun anew whenever it breaks. */
  async #lead (signal: AbortSignal): Promise<void> {
    this.#leads = true
    clearTimeout(this.#timer)
    this.#early = null
    let waitMs = FIRST_WAIT_MS
    while (!signal.aborted) {
      try {
        for await (const frame of nodeEvents(signal, () => this.#tell({ kind: 'heard' }))) {
          waitMs = FIRST_WAIT_MS
          this.#tell({ kind: 'frame', frame })
          this.#listener.frame(frame)
        }
      } catch (error) {
        if (!signal.aborted && isRefused(error)) this.#refused()
        // A stream that breaks otherwise is begun anew below.
      }
      if (signal.aborted) break
      this.#tell({ kind: 'gone' })
      this.#listener.gone()
      await this.#pause(waitMs)
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
    this.#leads = false
  }

  /** What is now, for a window that listens to another; what changed meanwhile follows. */
  async #learn (signal: AbortSignal): Promise<void> {
    if (this.#isLearning) return
    this.#isLearning = true
    try {
      for await (const frame of nodeEvents(signal)) {
        // Unless the window that leads has told it meanwhile.
        if (this.#early) this.#known(frame)
        break
      }
    } catch (error) {
      if (signal.aborted) return
      if (isRefused(error)) this.#refused()
      else this.#listener.gone()
    } finally {
      this.#isLearning = false
    }
  }

  #known (state: EventFrame): void {
    const early = this.#early ?? []
    this.#early = null
    for (const frame of [state, ...early]) this.#listener.frame(frame)
  }

  #hear (told: Told): void {
    if (this.#stopped.signal.aborted) return
    if (this.#leads) {
      if (told.kind === 'wake') this.#endPause()
      return
    }
    if (told.kind === 'wake') return
    this.#beginPatience()
    if (told.kind === 'gone') this.#listener.gone()
    else if (told.kind === 'frame' && told.frame.event === 'state') this.#known(told.frame)
    else if (told.kind === 'frame' && this.#early === null) this.#listener.frame(told.frame)
    else if (told.kind === 'frame') this.#early?.push(told.frame)
    else if (this.#early) void this.#learn(this.#stopped.signal)
  }

  #tell (told: Told): void {
    this.#channel?.postMessage(told)
  }

  #refused (): void {
    this.stop()
    this.#listener.refused()
  }

  /** A window that leads, and that the browser has put to sleep, says nothing: one that somebody looks at takes the lead away. */
  #beginPatience (): void {
    if (this.#patience.signal.aborted) this.#patience = new AbortController()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (document.visibilityState === 'visible') this.#patience.abort()
      else this.#beginPatience()
    }, SILENCE_MS)
  }

  #onVisible = (): void => {
    this.#endPause()
    this.#tell({ kind: 'wake' })
  }

  async #pause (ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function isRefused (error: unknown): boolean {
  return isAppError(error) && error.code === 'UNAUTHORIZED'
}
