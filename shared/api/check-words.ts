import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'

const strict = { additionalProperties: false }

/** Six words that stand for a newsletter's address, separated by single spaces: to be compared with those that its author tells. */
export const CheckWords = Type.String()

/** Another newsletter of this node, for which one can be taken by its name. */
export type LookAlike = Static<typeof LookAlike>
export const LookAlike = Type.Object({
  /** Its address. */
  newsletter: Type.String(),
  title: Type.String(),
  checkWords: CheckWords,
  /** What it is to this node. */
  role: Type.Union([Type.Literal('own'), Type.Literal('subscribed')]),
  /** Since when it is in this role; ISO 8601. */
  since: Type.String()
}, strict)

export const checkWords = {
  getCheckWords: endpoint({
    method: 'GET', path: '/api/check-words/:address', summary: 'The check words of an address, to be compared before it is subscribed to',
    params: Type.Object({ address: Type.String({ minLength: 1, maxLength: 300 }) }, strict),
    response: Type.Object({ newsletter: Type.String(), link: Type.String(), checkWords: CheckWords }, strict)
  })
}
