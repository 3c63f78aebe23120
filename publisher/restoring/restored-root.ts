import type { Problem } from '../../shared/api/problem.ts'
import { type Address, addressOf } from '../../shared/format/address.ts'
import type { RootChain } from '../../shared/format/root-chain.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'

/** The address of the newsletter whose root began with this one key. */
export function addressOfKey (publicKey: string): Address {
  return addressOf(writeRootKeys({ keys: [publicKey], threshold: 1 }))
}

/** Why words that give these keys can't restore a newsletter; null: they can, together with others where it takes several sets. */
export function wordsProblem (publicKeys: string[], { documents, newest }: RootChain): Problem | null {
  const signs = ({ keys }: { keys: string[] }): boolean => keys.some(key => publicKeys.includes(key))
  if (newest.state === 'ended') return { code: 'CONFLICT', reason: 'This newsletter has ended: its root has sealed every writer, for good.' }
  if (signs(newest)) return null
  const replaced = documents.find((document, i) => i > 0 && !signs(document) && signs(documents[i - 1]!))
  return {
    code: 'BAD_WORDS',
    reason: replaced
      ? `These words were replaced on ${replaced.at}, and are worth nothing any more. Give those that took their place, and the address.`
      : 'These are valid recovery words, but not those of this newsletter.'
  }
}
