import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { NewsletterParams, Passphrase } from './newsletters.ts'

const strict = { additionalProperties: false }

const Given = Type.String({ minLength: 1, maxLength: 1000 })

/** How the recovery words of a newsletter that is written here are kept. */
export type WordCustody = Static<typeof WordCustody>
export const WordCustody = Type.Object({
  /** Sets of words that the root was made from, and how many of them have to act together. */
  sets: Type.Integer(),
  threshold: Type.Integer(),
  /** Sets that lie on this machine because nobody has confirmed them yet, by the id of the key that they give. */
  unconfirmed: Type.Array(Type.String()),
  /** Those that lie here are of no use without a passphrase. */
  sealed: Type.Boolean(),
  /** The same of keys to come, which the root does not name yet; null: there are none. Without ids when they can't be read now. */
  next: Type.Union([Type.Object({ unconfirmed: Type.Array(Type.String()), sealed: Type.Boolean() }, strict), Type.Null()])
}, strict)

export type WordSets = Static<typeof WordSets>
export const WordSets = Type.Object({
  sets: Type.Array(Type.Object({
    /** Id of the root key that the words give, as minisign prints it. */
    key: Type.String(),
    /** 24 words, separated by single spaces. */
    words: Type.String(),
    /** Of keys to come: the root does not name them yet. */
    next: Type.Boolean()
  }, strict))
}, strict)

export const words = {
  getWordCustody: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/words', summary: 'How the recovery words of a newsletter written here are kept; not the words',
    params: NewsletterParams, response: WordCustody
  }),
  showWords: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/words/showings', summary: 'The recovery words that were not confirmed yet',
    params: NewsletterParams, body: Type.Object({ passphrase: Type.Optional(Given) }, strict), response: WordSets
  }),
  confirmWords: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/words/confirmations',
    summary: 'Check words that were written down against the root; those that are right are erased from this machine',
    params: NewsletterParams, body: Type.Object({ words: Type.String({ minLength: 1, maxLength: 2000 }) }, strict), response: WordCustody
  }),
  sealWords: endpoint({
    method: 'PUT', path: '/api/newsletters/:newsletter/words/passphrase',
    summary: 'Seal words that were not confirmed yet with a passphrase, or with another one',
    params: NewsletterParams, body: Type.Object({ passphrase: Passphrase, current: Type.Optional(Given) }, strict), response: WordCustody
  })
}
