import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { AppError } from '../errors.ts'
import { sign, type SigningKey } from './signature.ts'

/** A document's exact bytes and the text of its `.minisig`. */
export interface Signed { bytes: Uint8Array, signature: string }

/** How every document is written: UTF-8 JSON, two spaces of indent, a final LF. */
export function writeJson (document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document, null, 2) + '\n')
}

export function signJson (document: unknown, key: SigningKey, trustedComment: string): Signed {
  const bytes = writeJson(document)
  return { bytes, signature: sign(bytes, key, trustedComment) }
}

/**
 * Reads a document that a stranger wrote. Members that the schema does not know are left in place and mean nothing.
 *
 * @param name of the document, for messages
 * @throws AppError TOO_LARGE, BAD_FORMAT naming the member that has the wrong shape
 */
export function readJson<S extends TSchema> (bytes: Uint8Array, schema: S, name: string, limitBytes: number): Static<S> {
  if (bytes.length > limitBytes) throw new AppError('TOO_LARGE', `${name} has ${bytes.length} bytes where ${limitBytes} are allowed.`)
  const document = parse(bytes, name)
  if (Value.Check(schema, document)) return document
  const [error] = Value.Errors(schema, document)
  const where = error?.instancePath.slice(1, 80).replaceAll('/', '.') || 'the whole'
  throw new AppError('BAD_FORMAT', `${name} does not have the right shape: ${where} ${error?.message ?? 'is wrong'}.`)
}

function parse (bytes: Uint8Array, name: string): unknown {
  try {
    // With a byte order mark left in place, it is no JSON.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new AppError('BAD_FORMAT', `${name} is not JSON in UTF-8.`, { cause })
  }
}
