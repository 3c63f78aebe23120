import t from 'tap'
import { readAcceptance, readInvitation, writeAcceptance } from '../../shared/format/acceptance.ts'
import { checkNextDocument, type RootChain, readRootChain } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import {
  chainWith as chainSteps, isSignedBy, parseProposal, proposalOf, readProposal as proposalSteps, type RootProposal, signProposal, writeProposal
} from '../../shared/format/root-proposal.ts'
import { createSigningKey, sign } from '../../shared/format/signature.ts'
import { atOnce } from '../../shared/format/steps.ts'
import { entropyOfWords, findRootKey, rootKeyFromWords } from '../../shared/format/words.ts'
import { toHex } from '../../shared/format/hash.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { readVectors } from './make-vectors.ts'

const vectors = await readVectors()
const root = rootKeyFromWords(vectors.words.words, 0)
const readProposal = (text: string): RootProposal => atOnce(proposalSteps(parseProposal(text)))
const chainWith = (proposal: RootProposal): RootChain => atOnce(chainSteps(proposal))

t.test('words give the same root keys everywhere', async t => {
  for (const { entropy, words, rootKeys } of vectors.moreWords) {
    t.equal(toHex(entropyOfWords(words)), entropy)
    for (const { index, publicKey } of rootKeys) {
      t.equal(rootKeyFromWords(words, index).publicKey, publicKey)
      t.same(findRootKey(words, ['RW', publicKey]), rootKeyFromWords(words, index), 'and are found by the key alone')
    }
  }
  t.equal(findRootKey(vectors.words.words, [createSigningKey().publicKey]), null)
})

t.test('a proposal carries all that its next signer needs to judge it', async t => {
  const proposal = readProposal(vectors.proposal.text)
  t.equal(proposal.base.documents.length, 1)
  t.equal(new TextDecoder().decode(proposal.bytes), vectors.proposal.document1)
  t.ok(isSignedBy(proposal, root.publicKey))
  const { newest } = chainWith(proposal)
  t.match(newest, { number: 1, writers: [{ id: 'w1', sealed: { length: 118 } }, { id: 'w2' }] })
  t.equal(writeProposal(proposal), vectors.proposal.text)
})

t.test('a proposal can not be bent on its way', async t => {
  const { base } = readProposal(vectors.proposal.text)
  const fine = proposalOf(base, { state: 'resting' })
  t.throws(() => chainWith(fine), { code: 'BAD_SIGNATURE' }, 'nobody has signed')
  t.throws(() => chainWith(signProposal(fine, createSigningKey())), { code: 'BAD_SIGNATURE' }, 'a stranger has')
  const signed = writeProposal(signProposal(fine, root))
  t.equal(chainWith(readProposal(signed)).newest.state, 'resting')
  t.throws(() => chainWith(readProposal(signed.replace('resting', 'ended'))), { code: 'BAD_SIGNATURE' }, 'another document')
  t.throws(() => readProposal(signed.replace(base.address, 'y'.repeat(52))), { code: 'BAD_ID' }, 'another newsletter')
  t.throws(() => readProposal('{}'), { code: 'BAD_FORMAT' })

  const { writers: [writer] } = base.newest
  t.throws(() => checkNextDocument(proposalOf(base, { writers: [] }).document, base), { code: 'BAD_ROOT', message: /removes or moves/ })
  t.throws(() => checkNextDocument(proposalOf(base, { writers: [writer!, { ...writer!, id: 'w2' }] }).document, base), { code: 'BAD_ROOT', message: /one drive/ })
  t.throws(() => checkNextDocument(proposalOf(base, { threshold: 2 }).document, base), { code: 'BAD_ROOT', message: /asks for 2/ })
})

t.test('the chain in a proposal is checked a document at a time, and what is known of it not again', t => {
  const crowd = crowdedRoot(2)
  const signed = (bytes: Uint8Array, number: number): string[] => [sign(bytes, crowd.keys[0]!, rootComment(crowd.address, number))]
  const chainOf = (count: number): RootChain => readRootChain(crowd.address, crowd.chainOf(count, signed))
  const written = parseProposal(writeProposal(signProposal(proposalOf(chainOf(9), { state: 'resting' }), crowd.keys[1]!)))
  t.equal([...proposalSteps(written)].length, 9)
  t.equal([...proposalSteps(written, [chainOf(7)])].length, 2)
  t.equal([...chainSteps(atOnce(proposalSteps(written, [chainOf(9)])))].length, 1)
  t.end()
})

t.test('an acceptance speaks for the keys that signed it', async t => {
  t.match(readInvitation(vectors.acceptance.invitation), { newsletter: vectors.address.address, id: 'x7', name: 'Tomas', expires: '2028-01-01T00:00:00.000Z' })
  const acceptance = readAcceptance(` ${vectors.acceptance.acceptance}\n`)
  t.match(acceptance, { invitation: 'x7', signingKey: vectors.writers[1]!.signingKey })
  t.throws(() => readAcceptance(writeAcceptance(acceptance, createSigningKey())), { code: 'BAD_SIGNATURE' })
  t.throws(() => readAcceptance(vectors.acceptance.invitation), { code: 'BAD_FORMAT', message: /colporteur-acceptance:/ })
  t.throws(() => readAcceptance(vectors.acceptance.acceptance.slice(0, -9)), { code: 'BAD_FORMAT' })
})
