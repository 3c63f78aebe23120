import ReadyResource from 'ready-resource'

/** Names of events with their arguments. */
type EventMap<Events> = Record<keyof Events, unknown[]>

declare abstract class TypedResource<Events extends EventMap<Events> = Record<never, never>> {
  readonly opened: boolean
  readonly closing: Promise<void> | null
  ready (): Promise<void>
  close (): Promise<void>
  on<E extends keyof Events> (event: E, listener: (...args: Events[E]) => void): this
  off<E extends keyof Events> (event: E, listener: (...args: Events[E]) => void): this
  protected emit<E extends keyof Events> (event: E, ...args: Events[E]): boolean
  protected _open (): Promise<void>
  protected _close (): Promise<void>
}

/** ReadyResource, which opens and closes once and safely, with typed events: `extends Resource<{ arrived: [name: string] }>`. */
export const Resource = ReadyResource as unknown as typeof TypedResource
