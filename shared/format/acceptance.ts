import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { line, Time, Z32 } from './fields.ts'
import { type SigningKey, verifySignature } from './signature.ts'
import { readJson, signJson, writeJson } from './signed-json.ts'

/** What people pass each other when somebody comes to write in a newsletter: an invitation one way, an acceptance back. */

const INVITATION = 'colporteur-invitation:'
const ACCEPTANCE = 'colporteur-acceptance:'
const BYTES = 16 * 1024

export type Invitation = Static<typeof Invitation>
const Invitation = Type.Object({
  newsletter: Z32,
  /** By which the inviter knows it again. */
  id: line(64, 1),
  name: line(200),
  expires: Type.Optional(Time)
})

/** A new writer's keys, signed by itself. What it is called and until when it may write, its inviter knows. */
export type Acceptance = Static<typeof Acceptance>
const Acceptance = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('acceptance'),
  newsletter: Z32,
  invitation: line(64, 1),
  drive: Z32,
  signingKey: line(200),
  at: Time
})
const SignedAcceptance = Type.Object({ acceptance: Type.String(), signature: Type.String() })

export function writeInvitation (invitation: Invitation): string {
  return INVITATION + toUrl(writeJson(invitation))
}

/** @throws AppError BAD_FORMAT */
export function readInvitation (text: string): Invitation {
  return readJson(fromUrl(text, INVITATION), Invitation, 'The invitation', BYTES)
}

export function writeAcceptance (acceptance: Acceptance, key: SigningKey): string {
  const { bytes, signature } = signJson(acceptance, key, commentOf(acceptance))
  return ACCEPTANCE + toUrl(writeJson({ acceptance: new TextDecoder().decode(bytes), signature }))
}

/** @throws AppError BAD_FORMAT, BAD_SIGNATURE when it was not signed with the key that it names */
export function readAcceptance (text: string): Acceptance {
  const signed = readJson(fromUrl(text, ACCEPTANCE), SignedAcceptance, 'The acceptance', BYTES)
  const bytes = new TextEncoder().encode(signed.acceptance)
  const acceptance = readJson(bytes, Acceptance, 'The acceptance', BYTES)
  const { trustedComment } = verifySignature(bytes, signed.signature, acceptance.signingKey)
  if (trustedComment !== commentOf(acceptance)) throw new AppError('BAD_SIGNATURE', 'The signature of the acceptance does not repeat what it says.')
  return acceptance
}

function commentOf ({ newsletter, drive }: Acceptance): string {
  return `colporteur acceptance ${newsletter} drive ${drive}`
}

function toUrl (bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromUrl (text: string, prefix: string): Uint8Array {
  const bare = text.trim()
  if (!bare.startsWith(prefix)) throw new AppError('BAD_FORMAT', `This does not begin with ${prefix}`)
  const digits = bare.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/')
  const bytes = fromBase64(digits.padEnd(Math.ceil(digits.length / 4) * 4, '='))
  if (!bytes) throw new AppError('BAD_FORMAT', 'This was cut off or changed on its way. Copy it whole.')
  return bytes
}
