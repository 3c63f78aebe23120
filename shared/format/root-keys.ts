import { AppError } from '../errors.ts'
import { ROOT_KEYS } from './limits.ts'
import { checkPublicKey, keyIdText } from './signature.ts'

/** Root keys (minisign public keys, sorted) and how many of them have to sign. */
export interface RootKeys { keys: string[], threshold: number }

const HEAD = 'colporteur root 1'
const THRESHOLD = /^threshold ([1-9]\d{0,2})$/

/** The bytes of `root/keys`, whose hash is the address for life. The order in which keys are given doesn't matter. */
export function writeRootKeys ({ keys, threshold }: RootKeys): Uint8Array {
  const lines = [HEAD, `threshold ${threshold}`, ...[...keys].sort()]
  const bytes = new TextEncoder().encode(lines.join('\n') + '\n')
  readRootKeys(bytes)
  return bytes
}

/** @throws AppError BAD_ROOT for every text but the one that {@link writeRootKeys} writes */
export function readRootKeys (bytes: Uint8Array): RootKeys {
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n')
  const threshold = Number(THRESHOLD.exec(lines[1] ?? '')?.[1])
  if (lines[0] !== HEAD || !threshold || lines.at(-1) !== '') throw new AppError('BAD_ROOT', 'root/keys does not have the shape that the format asks for.')
  const keys = { keys: lines.slice(2, -1), threshold }
  checkRootKeys(keys)
  return keys
}

/** @throws AppError BAD_ROOT when keys are not sorted, not different, of one key id, too many, or fewer than the threshold */
export function checkRootKeys ({ keys, threshold }: RootKeys): void {
  if (keys.length > ROOT_KEYS) throw new AppError('BAD_ROOT', `There are ${keys.length} root keys where ${ROOT_KEYS} are allowed.`)
  if (threshold > keys.length) throw new AppError('BAD_ROOT', `The root asks for ${threshold} signatures, and has ${keys.length} keys.`)
  for (const [i, key] of keys.entries()) {
    checkPublicKey(key)
    if (i > 0 && keys[i - 1]! >= key) throw new AppError('BAD_ROOT', 'The root keys are not sorted, or one stands there twice.')
  }
  // Signatures say by the id which key they are of.
  if (new Set(keys.map(keyIdText)).size < keys.length) throw new AppError('BAD_ROOT', 'Two of the root keys have the same key id. Make a new key in place of one of them.')
}
