import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { KeyState, NewsletterParams, Passphrase } from './newsletters.ts'

const strict = { additionalProperties: false }

/** Names as everywhere; left out: every newsletter of whose writer there are keys on this device. */
const newsletters = Type.Optional(Type.Array(NewsletterParams.properties.newsletter, { minItems: 1, maxItems: 1000 }))

export type KeyStates = Static<typeof KeyStates>
export const KeyStates = Type.Object({
  newsletters: Type.Array(Type.Object({
    /** Address. */
    newsletter: Type.String(),
    title: Type.String(),
    keys: KeyState
  }, strict))
}, strict)

export const locks = {
  lockKeys: endpoint({
    method: 'POST', path: '/api/locks',
    summary: 'Seal the keys by which this device writes with a passphrase, and forget them: the node goes on keeping and serving, and publishes nothing',
    body: Type.Object({
      newsletters,
      /** Not needed for keys that were only unlocked: those are forgotten again. */
      passphrase: Type.Optional(Passphrase)
    }, strict),
    response: KeyStates
  }),
  unlockKeys: endpoint({
    method: 'POST', path: '/api/unlocks',
    summary: 'Unlock sealed keys in memory, until they are locked again or the node ends; or for good',
    body: Type.Object({
      newsletters,
      passphrase: Type.String({ minLength: 1, maxLength: 1000 }),
      /** They lie on the disk without a passphrase again. */
      forGood: Type.Optional(Type.Boolean())
    }, strict),
    response: KeyStates
  })
}
