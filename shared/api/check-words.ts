import Type from 'typebox'
import { endpoint } from './endpoint.ts'

const strict = { additionalProperties: false }

/** Six words that stand for a newsletter's address, separated by single spaces: to be compared with those that its author tells. */
export const CheckWords = Type.String()

export const checkWords = {
  getCheckWords: endpoint({
    method: 'GET', path: '/api/check-words/:address', summary: 'The check words of an address, to be compared before it is subscribed to',
    params: Type.Object({ address: Type.String({ minLength: 1, maxLength: 300 }) }, strict),
    response: Type.Object({ newsletter: Type.String(), link: Type.String(), checkWords: CheckWords }, strict)
  })
}
