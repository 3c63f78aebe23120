import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

/** How often a node had to be started anew since somebody started it, and why the last time. */
export type Restarts = Static<typeof Restarts>
const Restarts = Type.Object({
  count: Type.Integer(),
  last: Type.Union([Type.Object({ at: Type.String(), reason: Type.String() }), Type.Null()])
})
const Told = Type.Interface([Restarts], { port: Type.Union([Type.Integer(), Type.Null()]) })

/** What the process that watches over this one says, in the environment; null at a first start. */
export function restartsOf (text: string | undefined): Static<typeof Told> | null {
  if (!text) return null
  const told: unknown = JSON.parse(text)
  return Value.Check(Told, told) ? told : null
}
