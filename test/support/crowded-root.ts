import { type Address, addressOf } from '../../shared/format/address.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { RootChainFiles, RootWriter } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey, sign, type SigningKey } from '../../shared/format/signature.ts'
import { writeJson } from '../../shared/format/signed-json.ts'

type Signed = (bytes: Uint8Array, number: number) => string[]

/** A newsletter's root with many keys, of which one is enough. */
export interface CrowdedRoot {
  address: Address
  keys: SigningKey[]
  /** Documents that all say the same, or what `said` says. */
  chainOf (count: number, signed: Signed, said?: (number: number) => object): RootChainFiles
  /** A signature of each key that has the right comment and does not hold. */
  junk (address: Address, number: number): string[]
}

export function crowdedRoot (count: number, writers: RootWriter[] = []): CrowdedRoot {
  const keys = Array.from({ length: count }, (_, i) => createSigningKey(new Uint8Array(32).fill(i + 1))).sort((a, b) => a.publicKey < b.publicKey ? -1 : 1)
  const root = { keys: keys.map(({ publicKey }) => publicKey), threshold: 1 }
  const file = writeRootKeys(root)
  const address = addressOf(file)
  return {
    address,
    keys,
    chainOf: (length, signed, said = () => ({})) => {
      const documents: RootChainFiles['documents'] = []
      let previous: string | null = null
      for (let number = 0; number < length; number++) {
        const at = '2026-01-01T00:00:00.000Z'
        const bytes = writeJson({ colporteur: 1, kind: 'root', number, previous, at, ...root, writers, state: 'active', successor: null, ...said(number) })
        documents.push({ bytes, signatures: signed(bytes, number) })
        previous = blake2b256Hex(bytes)
      }
      return { keys: file, documents }
    },
    junk: (of, number) => keys.slice(0, -1).map(key => sign(new Uint8Array(1), key, rootComment(of, number)))
  }
}

/** A key that says to have this key id, as one made by hand can. */
export function withKeyId (key: SigningKey, byte: number): SigningKey {
  const bytes = Buffer.from(key.publicKey, 'base64')
  bytes.fill(byte, 2, 10)
  return { ...key, publicKey: bytes.toString('base64') }
}
