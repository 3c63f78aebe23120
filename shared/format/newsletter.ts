import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import type { Address } from './address.ts'
import { Authors, Language, line, lines, Time, WriterId, Z32 } from './fields.ts'
import { MANIFEST_BYTES } from './limits.ts'
import { type SigningKey, verifySignature } from './signature.ts'
import { readJson, type Signed, signJson } from './signed-json.ts'

/** `/newsletter.json`: how a newsletter describes itself. Of several writers' documents the one with the latest `at` counts. */
export type NewsletterDocument = Static<typeof NewsletterDocument>
const NewsletterDocument = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('newsletter'),
  newsletter: Z32,
  writer: WriterId,
  title: line(200, 1),
  description: lines(2000),
  language: Language,
  authors: Authors,
  licence: Type.Optional(line(200)),
  website: Type.Optional(line(500)),
  rhythm: Type.Optional(line(200)),
  /** Paths in the drive. */
  icon: Type.Optional(line(300)),
  cover: Type.Optional(line(300)),
  at: Time
})

/** @throws AppError BAD_FORMAT, TOO_LARGE when nobody could read it */
export function signNewsletter (document: NewsletterDocument, key: SigningKey): Signed {
  const signed = signJson(document, key, commentOf(document))
  readNewsletter(signed.bytes)
  return signed
}

/**
 * The document, when signature, shape and ids hold.
 *
 * @throws AppError BAD_SIGNATURE, BAD_FORMAT, BAD_ID, TOO_LARGE
 */
export function verifyNewsletter ({ bytes, signature }: Signed, expected: { newsletter: Address, writer: string, signingKey: string }): NewsletterDocument {
  const { trustedComment } = verifySignature(bytes, signature, expected.signingKey)
  const document = readNewsletter(bytes)
  if (trustedComment !== commentOf(document)) throw new AppError('BAD_SIGNATURE', 'The signature\'s comment does not repeat what newsletter.json says.')
  if (document.newsletter !== expected.newsletter) throw new AppError('BAD_ID', 'newsletter.json belongs to another newsletter.')
  if (document.writer !== expected.writer) throw new AppError('BAD_ID', 'newsletter.json names another writer than the one whose drive it lies on.')
  return document
}

function readNewsletter (bytes: Uint8Array): NewsletterDocument {
  return readJson(bytes, NewsletterDocument, 'newsletter.json', MANIFEST_BYTES)
}

function commentOf ({ newsletter, at }: NewsletterDocument): string {
  return `colporteur newsletter ${newsletter} at ${at}`
}
