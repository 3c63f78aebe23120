import t from 'tap'
import { AppError } from '../../shared/errors.ts'
import { addressOf } from '../../shared/format/address.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { effectiveSeal, mergeRootChains, readRootChain, type RootChain, type RootChainFiles, type RootDocument, type RootWriter } from '../../shared/format/root-chain.ts'
import { signRootDocument } from '../../shared/format/root-document.ts'
import { decodeRootChain, encodeRootChain } from '../../shared/format/root-files.ts'
import { readRootKeys, writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import { atOnce } from '../../shared/format/steps.ts'

const seeded = (byte: number): SigningKey => createSigningKey(new Uint8Array(32).fill(byte))
const [root, other, third] = [seeded(1), seeded(2), seeded(3)] as const
const sorted = (...keys: SigningKey[]): string[] => keys.map(({ publicKey }) => publicKey).sort()
const writer: RootWriter = { id: 'w1', name: 'First', drive: 'b'.repeat(51) + 'y', signingKey: seeded(10).publicKey }
const second: RootWriter = { id: 'w2', name: 'Second', drive: 'n'.repeat(51) + 'y', signingKey: seeded(11).publicKey }
const sealAt = (length: number): RootWriter['sealed'] => ({ length, treeHash: '0'.repeat(64), at: '2026-01-01T00:00:00.000Z', reason: 'lost' })

interface Step { change?: Partial<RootDocument>, signers?: SigningKey[] }

/** A chain of documents, each changed against the one before, signed by the root key unless told otherwise. */
function chainOf (steps: Step[], keys = sorted(root), threshold = 1): { address: string, files: RootChainFiles } {
  const file = writeRootKeys({ keys, threshold })
  const address = addressOf(file)
  const documents: RootChainFiles['documents'] = []
  let last: RootDocument = {
    colporteur: 1, kind: 'root', number: -1, previous: null, at: '2026-01-01T00:00:00.000Z', keys, threshold, writers: [writer], state: 'active', successor: null
  }
  for (const { change = {}, signers = [root] } of steps) {
    const before = documents.at(-1)
    last = { ...last, number: last.number + 1, previous: before ? blake2b256Hex(before.bytes) : null, ...change }
    documents.push(signRootDocument(last, address, signers))
  }
  return { address, files: { keys: file, documents } }
}

const merge = (...chains: Parameters<typeof mergeRootChains>) => atOnce(mergeRootChains(...chains))

function read (...given: Parameters<typeof chainOf>): RootChain {
  const { address, files } = chainOf(...given)
  return readRootChain(address, files)
}

t.test('a chain that keeps the rules is read to its end', async t => {
  const chain = read([
    {},
    { change: { writers: [{ ...writer, name: 'Renamed' }, second] } },
    { change: { writers: [{ ...writer, sealed: sealAt(9) }, second] } },
    { change: { writers: [{ ...writer, sealed: sealAt(5) }, { ...second, expires: '2030-01-01T00:00:00.000Z' }], state: 'resting' } },
    { change: { keys: sorted(other, third), threshold: 2 }, signers: [root, other, third] },
    { change: { state: 'ended', successor: 'y'.repeat(52) }, signers: [other, third] }
  ])
  t.equal(chain.documents.length, 6)
  t.equal(chain.newest.state, 'ended')
  t.equal(effectiveSeal('w1', chain, null), 5)
  t.equal(effectiveSeal('w2', chain, null), null)
  t.same(readRootChain(chain.address, decodeRootChain(encodeRootChain(chain.files))), chain)
})

t.test('every broken rule is named', async t => {
  const broken: [rule: RegExp, code: string, steps: Step[]][] = [
    [/signed by 0 of the keys/, 'BAD_SIGNATURE', [{ change: { number: 7 } }]],
    [/hash of the document before/, 'BAD_ROOT', [{ change: { previous: '0'.repeat(64) } }]],
    [/hash of the document before/, 'BAD_ROOT', [{}, { change: { previous: null } }]],
    [/other keys or another threshold/, 'BAD_ROOT', [{ change: { keys: sorted(root, other) } }]],
    [/removes or moves the writer w1/, 'BAD_ROOT', [{}, { change: { writers: [] } }]],
    [/removes or moves the writer w1/, 'BAD_ROOT', [{}, { change: { writers: [second, writer] } }]],
    [/another drive or signing key/, 'BAD_ROOT', [{}, { change: { writers: [{ ...writer, drive: second.drive }] } }]],
    [/another drive or signing key/, 'BAD_ROOT', [{}, { change: { writers: [{ ...writer, signingKey: second.signingKey }] } }]],
    [/unseals the writer w1/, 'BAD_ROOT', [{ change: { writers: [{ ...writer, sealed: sealAt(5) }] } }, { change: { writers: [writer] } }]],
    [/moves the seal of the writer w1 forward/, 'BAD_ROOT', [{ change: { writers: [{ ...writer, sealed: sealAt(5) }] } }, { change: { writers: [{ ...writer, sealed: sealAt(6) }] } }]],
    [/seals another history of the writer w1/, 'BAD_ROOT', [{ change: { writers: [{ ...writer, sealed: sealAt(5) }] } }, { change: { writers: [{ ...writer, sealed: { ...sealAt(5)!, treeHash: '1'.repeat(64) } }] } }]],
    [/two writers with one id/, 'BAD_ROOT', [{ change: { writers: [writer, { ...second, id: 'w1' }] } }]],
    [/two writers with one drive/, 'BAD_ROOT', [{ change: { writers: [writer, { ...second, drive: writer.drive }] } }]],
    [/two writers with one signingKey/, 'BAD_ROOT', [{ change: { writers: [writer, { ...second, signingKey: writer.signingKey }] } }]],
    [/signed by 1 of the keys where 2/, 'BAD_SIGNATURE', [{}, { change: { keys: sorted(root, other), threshold: 2 }, signers: [root, other] }, { change: { keys: sorted(root), threshold: 2 }, signers: [root, other] }]],
    [/signed by 0 of the keys/, 'BAD_SIGNATURE', [{ signers: [] }]],
    [/signed by 0 of the keys/, 'BAD_SIGNATURE', [{}, { signers: [other] }]],
    [/signed by 0 of the keys/, 'BAD_SIGNATURE', [{}, { change: { keys: sorted(other) }, signers: [root] }]],
    [/signed by 0 of the keys/, 'BAD_SIGNATURE', [{}, { change: { keys: sorted(other) }, signers: [other] }]],
    [/not a minisign public key/, 'BAD_FORMAT', [{ change: { writers: [{ ...writer, signingKey: 'RWQ' }] } }]],
    [/right shape: writers.0.drive/, 'BAD_FORMAT', [{ change: { writers: [{ ...writer, drive: 'x' }] } }]],
    [/right shape: state/, 'BAD_FORMAT', [{ change: { state: 'asleep' as 'active' } }]],
    [/no document/, 'BAD_FORMAT', []]
  ]
  for (const [rule, code, steps] of broken) t.throws(() => read(steps), { code, message: rule }, String(rule))
})

t.test('a k-of-n root wants k different signers', async t => {
  const keys = sorted(root, other, third)
  t.doesNotThrow(() => read([{ signers: [root, third] }], keys, 2))
  t.throws(() => read([{ signers: [root, root] }], keys, 2), { code: 'BAD_SIGNATURE', message: /signed by 1 of the keys where 2/ })
})

t.test('a chain belongs to one address, and a signature to one document', async t => {
  const { address, files } = chainOf([{}, { change: { state: 'resting' } }])
  const stranger = chainOf([{ signers: [other] }], sorted(other))
  t.throws(() => readRootChain(stranger.address, files), { code: 'BAD_ID' })
  const [first, next] = files.documents as [RootChainFiles['documents'][0], RootChainFiles['documents'][0]]
  t.throws(() => readRootChain(address, { ...files, documents: [first, { ...next, signatures: first.signatures }] }), { code: 'BAD_SIGNATURE' })
  t.throws(() => readRootChain(address, { ...files, documents: [first, { ...next, signatures: Array(65).fill(next.signatures[0]) as string[] }] }), { code: 'TOO_LARGE' })
  t.throws(() => readRootChain(address, { ...files, documents: Array(1025).fill(first) as typeof files.documents }), { code: 'TOO_LARGE' })
})

t.test('root/keys has one spelling', async t => {
  const text = new TextDecoder().decode(writeRootKeys({ keys: [other.publicKey, root.publicKey], threshold: 2 }))
  const lines = text.split('\n')
  t.same(readRootKeys(new TextEncoder().encode(text)), { keys: sorted(root, other), threshold: 2 })
  for (const wrong of [`\ufeff${text}`, '', text.trimEnd(), text.replaceAll('\n', '\r\n'), text.replace('root 1', 'root 2'), text.replace('threshold 2', 'threshold 02'), text.replace('threshold 2', 'threshold 3'), [lines[0], lines[1], lines[3], lines[2], ''].join('\n'), text + '\n']) {
    t.throws(() => readRootKeys(new TextEncoder().encode(wrong)), AppError, JSON.stringify(wrong).slice(0, 60))
  }
})

t.test('a longer chain is taken over; of two of one length the first stays, and the seals of both count', async t => {
  const base = read([{}])
  const long = read([{}, { change: { state: 'resting' } }])
  const rival = read([{}, { change: { writers: [{ ...writer, sealed: sealAt(3) }] } }])
  const longest = read([{}, { change: { state: 'resting' } }, {}])
  t.same(merge(null, base), { chain: base, changed: true, dispute: null })
  t.same(merge(base, long), { chain: long, changed: true, dispute: null })
  t.same(merge(long, base), { chain: long, changed: false, dispute: null })
  t.same(merge(long, long), { chain: long, changed: false, dispute: null })
  t.same(merge(long, rival), { chain: long, changed: false, dispute: rival })
  t.equal(effectiveSeal('w1', long, rival), 3)
  t.same(merge(long, longest), { chain: longest, changed: true, dispute: null })
})

t.test('keys that were replaced count for nothing at who knows it, however long a chain they make', async t => {
  const change: Step = { change: { keys: sorted(other) }, signers: [root, other] }
  const replaced = read([{}, change])
  const gone = read([{}, change, { signers: [other] }])
  const stolen = read([{}, { change: { state: 'ended' } }])
  const longer = read([{}, { change: { state: 'ended' } }, {}, {}])
  t.same(merge(replaced, stolen), { chain: replaced, changed: false, dispute: null }, 'no dispute')
  t.same(merge(replaced, longer), { chain: replaced, changed: false, dispute: null }, 'nor does it settle one')
  t.same(merge(stolen, gone), { chain: gone, changed: true, dispute: null }, 'who heard of the other first is led back by the keys that signed the change')
  t.same(merge(replaced, gone), { chain: gone, changed: true, dispute: null })
})
