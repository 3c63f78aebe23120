import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

/** So long a careful start lasts. Then it is tried with others again. */
export const CAREFUL_MS = 30_000

/** How often a node had to be started anew since somebody started it, and why the last time. */
export type Restarts = Static<typeof Restarts>
const Restarts = Type.Object({
  count: Type.Integer(),
  last: Type.Union([Type.Object({ at: Type.String(), reason: Type.String() }), Type.Null()]),
  /** So many starts failed one after the other, each within a minute. */
  inARow: Type.Integer(),
  /** So long was waited before this one. */
  waitedMs: Type.Integer(),
  /** Meets nobody and reads nothing new, for {@link CAREFUL_MS}: with others it failed again and again, and what is here is to be read. */
  isCareful: Type.Boolean()
})
/** `port`: null while it never answered. */
const Told = Type.Interface([Restarts], { port: Type.Union([Type.Integer(), Type.Null()]) })

/** What the process that watches over this one says, in the environment; null at a first start. */
export function restartsOf (text: string | undefined): Static<typeof Told> | null {
  if (!text) return null
  const told: unknown = JSON.parse(text)
  return Value.Check(Told, told) ? told : null
}
