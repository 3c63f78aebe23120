import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import type { Address } from './address.ts'
import { Time, WriterId, Z32 } from './fields.ts'
import { CoreState } from './receipt.ts'
import { type SigningKey, verifySignature } from './signature.ts'
import { readJson, type Signed, signJson } from './signed-json.ts'

export const BEACON_BYTES = 4 * 1024

/** A writer says: as of now, this is all that I have published. */
export type Beacon = Static<typeof Beacon>
const Beacon = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('beacon'),
  newsletter: Z32,
  writer: WriterId,
  drive: Z32,
  at: Time,
  index: CoreState,
  blobs: CoreState
})

export function signBeacon (beacon: Beacon, key: SigningKey): Signed {
  return signJson(beacon, key, commentOf(beacon))
}

/**
 * The beacon, when shape and newsletter are right; who may have signed it, {@link checkBeacon} tells.
 *
 * @throws AppError TOO_LARGE, BAD_FORMAT, BAD_ID
 */
export function readBeacon ({ bytes }: Signed, newsletter: Address): Beacon {
  const beacon = readJson(bytes, Beacon, 'The beacon', BEACON_BYTES)
  if (beacon.newsletter !== newsletter) throw new AppError('BAD_ID', 'The beacon is about another newsletter.')
  return beacon
}

/** @throws AppError BAD_ID, BAD_SIGNATURE */
export function checkBeacon (beacon: Beacon, { bytes, signature }: Signed, writer: { drive: string, signingKey: string }): void {
  if (beacon.drive !== writer.drive) throw new AppError('BAD_ID', 'The beacon names another drive than its writer\'s.')
  const { trustedComment } = verifySignature(bytes, signature, writer.signingKey)
  if (trustedComment !== commentOf(beacon)) throw new AppError('BAD_SIGNATURE', 'The signature\'s comment is not the beacon\'s.')
}

function commentOf ({ newsletter, writer, at }: Beacon): string {
  return `colporteur beacon ${newsletter} ${writer} at ${at}`
}
