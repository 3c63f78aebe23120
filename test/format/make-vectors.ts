import { readFile, writeFile } from 'node:fs/promises'
import { writeAcceptance, writeInvitation } from '../../shared/format/acceptance.ts'
import { addressOf, topicOf } from '../../shared/format/address.ts'
import { type BundleRecord, encodeRecord } from '../../shared/format/bundle.ts'
import { encodeHello, encodePeers, encodeRoot, encodeState, proofOf } from '../../shared/format/exchange.ts'
import { checkWordsOf } from '../../shared/format/check-words.ts'
import { blake2b256Hex, toHex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { type IssueManifest, signManifest, trustedCommentOf } from '../../shared/format/issue.ts'
import { signNewsletter } from '../../shared/format/newsletter.ts'
import { numbered } from '../../shared/format/numbering.ts'
import { readRootChain, type RootChainFiles } from '../../shared/format/root-chain.ts'
import { type RootDocument, signRootDocument } from '../../shared/format/root-document.ts'
import { encodeRootChain, rootFolder } from '../../shared/format/root-files.ts'
import { hashOfBlocks, signAnswer } from '../../shared/format/challenge.ts'
import { nameOf, readerKeyOf, signReceipt } from '../../shared/format/receipt.ts'
import { signBeacon } from '../../shared/format/beacon.ts'
import { encodeAnswer, encodeBeacons, encodeChallenge, encodeCollect, encodeReceipts, encodeVerdict } from '../../shared/format/receipt-messages.ts'
import { signProposal, writeProposal } from '../../shared/format/root-proposal.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey, keyBytes, keyIdText } from '../../shared/format/signature.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { rootKeyFromWords, wordsOfEntropy } from '../../shared/format/words.ts'

/**
 * Makes the test vectors of format 1: everything in them follows from the fixed words, seeds and dates below.
 * `node dist/test/format/make-vectors.js` compares them with vectors.json; with `--write` it replaces the file.
 */

const FILE = new URL('../../../test/format/vectors.json', import.meta.url)
const WORDS = 'abandon '.repeat(23) + 'art'
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)

/** One record of each type; what they say does not hold together. */
export function bundleRecords (address: string, chain: RootChainFiles): BundleRecord[] {
  const node = { size: 300, hash: filled(2) }
  return [
    { type: 'newsletter', address, chain },
    { type: 'core', core: { kind: 'index', drive: filled(6), signer: filled(1), length: 3, signature: filled(5, 66), roots: [node, { ...node, size: 65_536 }] } },
    { type: 'bridge', nodes: [{ index: 70_000, ...node }] },
    { type: 'block', block: { number: 2, bytes: Uint8Array.of(10, 11), siblings: [node] } },
    { type: 'end', hash: filled(9) }
  ]
}

/** What two writers gave, who knew of each other's issues only now and then. */
export function signedNumbers (): { number: number, publishedAt: string, id: string }[] {
  const at = (minute: number): string => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`
  const given: [number: number, minute: number, digit: string][] = [
    [1, 0, 'a'], [2, 5, 'b'], [2, 3, 'c'], [2, 5, 'a'], [3, 20, 'd'], [3, 4, 'e'], [4, 30, 'f'], [9, 1, 'g'], [9, 1, 'h'], [20, 2, 'j']
  ]
  return given.map(([number, minute, digit]) => ({ number, publishedAt: at(minute), id: `01${digit.repeat(24)}` }))
}

export type Vectors = Awaited<ReturnType<typeof makeVectors>>

/** Its type is the shape of the file. */
export async function makeVectors () {
  const [root0, root1] = [rootKeyFromWords(WORDS, 0), rootKeyFromWords(WORDS, 1)]
  const [first, second] = [createSigningKey(filled(1)), createSigningKey(filled(2))]
  const keys = writeRootKeys({ keys: [root0.publicKey], threshold: 1 })
  const address = addressOf(keys)
  const drive = (digit: string): string => digit.repeat(51) + 'y'
  const document0: RootDocument = {
    colporteur: 1,
    kind: 'root',
    number: 0,
    previous: null,
    at: '2026-01-01T00:00:00.000Z',
    keys: [root0.publicKey],
    threshold: 1,
    writers: [{ id: 'w1', name: 'Inés\'s laptop', drive: drive('b'), signingKey: first.publicKey }],
    state: 'active',
    successor: null
  }
  const signed0 = signRootDocument(document0, address, [root0])
  const document1: RootDocument = {
    ...document0,
    number: 1,
    previous: blake2b256Hex(signed0.bytes),
    at: '2026-02-01T00:00:00.000Z',
    writers: [
      { ...document0.writers[0]!, sealed: { length: 118, treeHash: toHex(filled(7)), at: '2026-02-01T00:00:00.000Z', reason: 'lost' } },
      { id: 'w2', name: 'Inés\'s new laptop', drive: drive('n'), signingKey: second.publicKey, expires: '2028-01-01T00:00:00.000Z' }
    ]
  }
  const chain: RootChainFiles = { keys, documents: [signed0, signRootDocument(document1, address, [root0])] }
  const base = readRootChain(address, { keys, documents: [signed0] })
  const proposal = signProposal({ base, bytes: writeJson(document1), document: document1, signatures: [] }, root0)

  const body = new TextEncoder().encode('# Setting out\n\nThe pack weighs *forty pounds*.\n')
  const picture = filled(9, 100)
  const publishedAt = '2026-01-05T12:00:00.000Z'
  const manifest: IssueManifest = {
    colporteur: 1,
    kind: 'issue',
    newsletter: address,
    writer: 'w1',
    id: createIssueId(new Date(publishedAt), filled(0xff, 10)),
    number: 1,
    revision: 1,
    change: 'original',
    title: 'Setting out',
    subtitle: 'What a colporteur carries',
    summary: '',
    authors: [{ name: 'Inés' }],
    tags: ['roads'],
    language: 'en',
    publishedAt,
    body: { path: 'body.md', size: body.length, blake2b: blake2b256Hex(body) },
    files: [{ path: 'files/pack.png', type: 'image/png', size: picture.length, blake2b: blake2b256Hex(picture), alt: 'A pack, open', width: 10, height: 10 }]
  }
  const issue = signManifest(manifest, first)
  const newsletter = signNewsletter({
    colporteur: 1,
    kind: 'newsletter',
    newsletter: address,
    writer: 'w1',
    title: 'The Long Road',
    description: 'About the trade of the colporteur.',
    language: 'en',
    authors: [{ name: 'Inés' }],
    at: '2026-01-01T00:00:00.000Z'
  }, first)
  const [handshakeHash, noiseKey] = [filled(3, 64), filled(4)]
  const proof = proofOf(address, handshakeHash, noiseKey)
  const receipt = signReceipt({
    colporteur: 1,
    kind: 'receipt',
    newsletter: address,
    drive: drive('b'),
    holder: first.publicKey,
    number: 1_767_614_400_000,
    at: publishedAt,
    index: { fork: 0, length: 40, treeHash: toHex(filled(7)) },
    blobs: { fork: 0, length: 300, treeHash: toHex(filled(8)) },
    blocks: [[0, 3], [4, 300]],
    keeper: { name: 'Library of the Harbour', owner: 'Wei', until: '2027-01-01T00:00:00.000Z' }
  }, first)
  const holder = keyBytes(first.publicKey)
  const binding = { nonce: filled(5), handshakeHash, holder }
  const beacon = signBeacon({
    colporteur: 1,
    kind: 'beacon',
    newsletter: address,
    writer: 'w1',
    drive: drive('b'),
    at: publishedAt,
    index: { fork: 0, length: 40, treeHash: toHex(filled(7)) },
    blobs: { fork: 0, length: 300, treeHash: toHex(filled(8)) }
  }, first)
  const held = await hashOfBlocks(binding, [Uint8Array.of(10, 11), Uint8Array.of(12)])
  const signature = signAnswer('held', held, first)
  return {
    words: { words: WORDS, rootKeys: [root0.publicKey, root1.publicKey], keyIds: [keyIdText(root0.publicKey), keyIdText(root1.publicKey)] },
    moreWords: [0x00, 0x7f, 0x80, 0xff].map(byte => {
      const words = wordsOfEntropy(filled(byte))
      return { entropy: toHex(filled(byte)), words, rootKeys: [0, 1, 63].map(index => ({ index, publicKey: rootKeyFromWords(words, index).publicKey })) }
    }),
    address: { rootKeys: utf8(keys), address, hex: blake2b256Hex(keys), topic: toHex(topicOf(address)) },
    checkWords: checkWordsOf(address),
    writers: [1, 2].map(byte => ({ seed: toHex(filled(byte)), signingKey: createSigningKey(filled(byte)).publicKey })),
    root: { files: rootFolder(chain).map(({ path, bytes }) => ({ path, text: utf8(bytes) })), encoded: toHex(encodeRootChain(chain)) },
    proposal: {
      text: writeProposal(proposal),
      signedBy: keyIdText(root0.publicKey),
      document1: utf8(proposal.bytes)
    },
    acceptance: {
      seed: toHex(filled(2)),
      invitation: writeInvitation({ newsletter: address, id: 'x7', name: 'Tomas', expires: '2028-01-01T00:00:00.000Z' }),
      acceptance: writeAcceptance({
        colporteur: 1, kind: 'acceptance', newsletter: address, invitation: 'x7', drive: drive('n'), signingKey: second.publicKey, at: '2026-02-01T00:00:00.000Z'
      }, second)
    },
    newsletter: { text: utf8(newsletter.bytes), signature: newsletter.signature },
    issue: {
      body: utf8(body),
      text: utf8(issue.bytes),
      blake2b: blake2b256Hex(issue.bytes),
      trustedComment: trustedCommentOf(manifest),
      signature: issue.signature
    },
    numbers: numbered(signedNumbers()).map(({ issue, shown }) => ({ ...issue, shown })),
    channel: {
      handshakeHash: toHex(handshakeHash),
      noiseKey: toHex(noiseKey),
      proof: toHex(proof),
      hello: toHex(encodeHello({ proofs: [proof] })),
      state: toHex(encodeState({ proof, documents: 2, newest: filled(5), drives: [{ key: filled(6), index: 40, blobs: 300 }] })),
      root: toHex(encodeRoot({ proof, chain: { ...chain, documents: [signed0] } })),
      peers: toHex(encodePeers({ proof, keys: [filled(8)] }))
    },
    receipts: {
      text: utf8(receipt.bytes),
      signature: receipt.signature,
      name: toHex(nameOf(holder, drive('b'))),
      readerKey: readerKeyOf(filled(1), address).publicKey,
      held: toHex(held),
      answerSignature: toHex(signature),
      collect: toHex(encodeCollect({ proof, collects: 'all', known: [{ name: nameOf(holder, drive('b')), number: 7 }] })),
      receipts: toHex(encodeReceipts({ proof, own: true, receipts: [receipt] })),
      challenge: toHex(encodeChallenge({ proof, id: 1, holder, drive: filled(6), nonce: filled(5), index: [0], blobs: [299] })),
      answer: toHex(encodeAnswer({ proof, id: 1, outcome: 'held', hash: held, signature })),
      verdict: toHex(encodeVerdict({ proof, id: 1, isRight: true })),
      beacon: utf8(beacon.bytes),
      beaconSignature: beacon.signature,
      beacons: toHex(encodeBeacons({ proof, beacons: [beacon] }))
    },
    bundle: bundleRecords(address, { ...chain, documents: [signed0] }).map(record => ({ type: record.type, record: toHex(encodeRecord(record)) }))
  }
}

export async function readVectors (): Promise<Vectors> {
  return JSON.parse(await readFile(FILE, 'utf8')) as Vectors
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const text = JSON.stringify(await makeVectors(), null, 2) + '\n'
  if (process.argv.includes('--write')) await writeFile(FILE, text)
  else console.log(text === await readFile(FILE, 'utf8') ? 'vectors.json is as it should be' : 'vectors.json differs')
}
