import sodium from 'sodium-universal'
import t, { type Test } from 'tap'
import { readRootChain, type RootChainFiles, rootChainSteps } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { readRootKeys } from '../../shared/format/root-keys.ts'
import { chainWith, isSignedBy, proposalOf, signProposal } from '../../shared/format/root-proposal.ts'
import { createSigningKey, sign } from '../../shared/format/signature.ts'
import { atOnce } from '../../shared/format/steps.ts'
import { crowdedRoot, withKeyId } from '../support/crowded-root.ts'

const KEYS = 32
/** A signature is checked for the document and for its comment. */
const MOST_CHECKS = 2 * KEYS * 2

t.test('a document costs no more checks than there are keys, whatever is signed by whom', async t => {
  const root = crowdedRoot(KEYS)
  const count = counted(t)
  const { address } = root
  const [signer] = root.keys
  const all: [string, RootChainFiles][] = [
    ['signed by all', root.chainOf(3, (bytes, number) => root.keys.map(key => sign(bytes, key, rootComment(address, number))))],
    ['signed often by one', root.chainOf(3, (bytes, number) => Array(64).fill(sign(bytes, signer!, rootComment(address, number))) as string[])],
    ['signed by the last after signatures that are none', root.chainOf(3, (bytes, number) => [...root.junk(address, number), sign(bytes, root.keys.at(-1)!, rootComment(address, number))])]
  ]
  for (const [name, files] of all) {
    const before = count()
    t.equal(readRootChain(address, files).documents.length, 3, name)
    t.ok(count() - before <= 3 * MOST_CHECKS, `${count() - before} checks, ${name}`)
  }
})

t.test('a chain is checked a document at a time, and only what of it is not known', async t => {
  const root = crowdedRoot(2)
  const signed = (bytes: Uint8Array, number: number): string[] => [sign(bytes, root.keys[0]!, rootComment(root.address, number))]
  const [short, long] = [root.chainOf(20, signed), root.chainOf(21, signed)]
  const steps = rootChainSteps(root.address, short)
  let taken = 0
  while (!steps.next().done) taken++
  t.equal(taken, 20)

  const known = readRootChain(root.address, short)
  const count = counted(t)
  t.same(atOnce(rootChainSteps(root.address, long, [known])), readRootChain(root.address, long))
  const both = count()
  t.same(atOnce(rootChainSteps(root.address, short, [known])), known)
  t.equal(count(), both, 'nothing of what is known')
  t.equal(both, 22 * 2, 'one document of the longer chain, and then all of it')
})

t.test('other signatures than the known ones are checked', async t => {
  const root = crowdedRoot(2)
  const signed = (bytes: Uint8Array, number: number): string[] => [sign(bytes, root.keys[0]!, rootComment(root.address, number))]
  const files = root.chainOf(2, signed)
  const stripped = { ...files, documents: [files.documents[0]!, { ...files.documents[1]!, signatures: files.documents[0]!.signatures }] }
  t.throws(() => atOnce(rootChainSteps(root.address, stripped, [readRootChain(root.address, files)])), { code: 'BAD_SIGNATURE' })
})

t.test('no two keys of a root have the same key id', async t => {
  const keys = [1, 2].map(byte => withKeyId(createSigningKey(new Uint8Array(32).fill(byte)), 7)).map(({ publicKey }) => publicKey).sort()
  const text = ['colporteur root 1', 'threshold 1', ...keys, ''].join('\n')
  t.throws(() => readRootKeys(new TextEncoder().encode(text)), { code: 'BAD_ROOT', message: /the same key id/ })
})

t.test('whoever signs a proposal signs it, also where somebody else has put a false signature of theirs', async t => {
  const root = crowdedRoot(2)
  const [key] = root.keys
  const base = readRootChain(root.address, root.chainOf(1, (bytes, number) => [sign(bytes, key!, rootComment(root.address, number))]))
  const spoilt = { ...proposalOf(base, { state: 'resting' }), signatures: [sign(new Uint8Array(1), key!, rootComment(root.address, 1))] }
  t.notOk(isSignedBy(spoilt, key!.publicKey))
  t.equal(atOnce(chainWith(signProposal(spoilt, key!))).newest.state, 'resting')
})

/** Counts the checks of Ed25519. */
function counted (t: Test): () => number {
  let count = 0
  const check = sodium.crypto_sign_verify_detached
  t.intercept(sodium, 'crypto_sign_verify_detached', { value: (...given: Parameters<typeof check>) => {
    count++
    return check(...given)
  } })
  return () => count
}
