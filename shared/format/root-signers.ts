import { isAppError } from '../errors.ts'
import type { Address } from './address.ts'
import { rootComment, type SignedDocument } from './root-document.ts'
import { isMadeWith, keyIdText, prehash, readSignature, type Signature } from './signature.ts'

/**
 * Who signed a root document. Each signature is read once, and of several with one key id the first is checked: so a
 * document costs no more checks than there are keys, whatever is put to it.
 */
export class RootSigners {
  /** By the key id. */
  #signatures = new Map<string, Signature>()
  #hash: Uint8Array
  #checked = new Map<string, boolean>()

  constructor (address: Address, number: number, { bytes, signatures }: SignedDocument) {
    this.#hash = prehash(bytes)
    const comment = rootComment(address, number)
    for (const text of signatures) {
      const signature = orNull(() => readSignature(text))
      if (signature?.trustedComment === comment && !this.#signatures.has(signature.keyIdText)) this.#signatures.set(signature.keyIdText, signature)
    }
  }

  /** How many of the keys have signed, as far as `most`. */
  count (keys: string[], most: number): number {
    let signed = 0
    for (const key of keys) {
      if (signed === most) break
      if (this.has(key)) signed++
    }
    return signed
  }

  has (key: string): boolean {
    const before = this.#checked.get(key)
    if (before !== undefined) return before
    const signature = this.#signatures.get(orNull(() => keyIdText(key)) ?? '')
    const holds = signature !== undefined && isMadeWith(signature, this.#hash, key)
    this.#checked.set(key, holds)
    return holds
  }
}

/** Another signer's, or none at all, counts for nothing. */
function orNull<T> (read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}
