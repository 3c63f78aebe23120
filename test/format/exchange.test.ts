import t from 'tap'
import { AppError } from '../../shared/errors.ts'
import { decodeHello, decodePeers, decodeRoot, decodeState, encodeHello, encodePeers, encodeState, proofOf } from '../../shared/format/exchange.ts'
import { toHex } from '../../shared/format/hash.ts'
import { DRIVE_BLOCKS } from '../../shared/format/limits.ts'
import { decodeRootChain } from '../../shared/format/root-files.ts'
import { readVectors } from './make-vectors.ts'

const { channel, root, address: { address } } = await readVectors()
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const decoders = { hello: decodeHello, state: decodeState, root: decodeRoot, peers: decodePeers }
const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

t.test('messages are read as they were written', async t => {
  const proof = fromHex(channel.proof)
  t.same(decodeHello(fromHex(channel.hello)), { proofs: [proof] })
  t.same(decodeState(fromHex(channel.state)), { proof, documents: 2, newest: filled(5), drives: [{ key: filled(6), index: 40, blobs: 300 }] })
  t.match(decodeRoot(fromHex(channel.root)), { proof, chain: { documents: { length: 1 } } })
  t.same(decodePeers(fromHex(channel.peers)), { proof, keys: [filled(8)] })
  t.same(decodeHello(encodeHello({ proofs: [] })), { proofs: [] })
})

t.test('a proof is bound to the address, the connection and the sender', async t => {
  const [hash, key] = [fromHex(channel.handshakeHash), fromHex(channel.noiseKey)]
  t.equal(toHex(proofOf(address, hash, key)), channel.proof)
  for (const other of [proofOf('y'.repeat(52), hash, key), proofOf(address, filled(1), key), proofOf(address, hash, filled(1))]) t.not(toHex(other), channel.proof)
})

for (const [name, decode] of Object.entries(decoders)) {
  t.test(`a ${name} message that is cut off, too long or garbage is refused with a code`, async t => {
    const fine = fromHex(channel[name as keyof typeof decoders])
    for (let length = 0; length < fine.length; length++) t.throws(() => decode(fine.slice(0, length)), { code: 'BAD_FORMAT' })
    t.throws(() => decode(Uint8Array.of(...fine, 0)), { code: 'BAD_FORMAT', message: /more than there should be/ })
    // A generator with a fixed seed (Park and Miller), so that a failure can be looked at again.
    let seed = 20_261_124
    const random = (below: number): number => (seed = seed * 48_271 % 2_147_483_647) % below
    for (let i = 0; i < 3_000; i++) {
      const bytes = random(2) === 0 ? fine.slice() : Uint8Array.from({ length: random(200) }, () => random(256))
      if (bytes.length > 0) bytes[random(bytes.length)] = random(256)
      try {
        decode(bytes)
      } catch (error) {
        if (!(error instanceof AppError)) t.fail('only AppErrors are thrown', { error, bytes: toHex(bytes) })
      }
    }
  })
}

t.test('counts and lengths have limits', async t => {
  const proof = filled(1)
  const drive = { key: filled(2), index: DRIVE_BLOCKS, blobs: 0 }
  const state = { proof, documents: 0, newest: filled(0), drives: [drive] }
  t.doesNotThrow(() => decodeState(encodeState(state)))
  t.throws(() => decodeState(encodeState({ ...state, drives: [{ ...drive, index: DRIVE_BLOCKS + 1 }] })), { code: 'BAD_FORMAT' })
  t.throws(() => decodeState(encodeState({ ...state, drives: Array(65).fill(drive) as typeof state.drives })), { code: 'BAD_FORMAT' })
  t.throws(() => decodePeers(encodePeers({ proof, keys: Array(17).fill(filled(3)) as Uint8Array[] })), { code: 'BAD_FORMAT' })
  t.throws(() => decodeHello(encodeHello({ proofs: Array(4097).fill(proof) as Uint8Array[] })), { code: 'BAD_FORMAT' })
  t.throws(() => decodeHello(Uint8Array.of(0xff, ...new Uint8Array(8).fill(0xff))), { code: 'BAD_FORMAT' }, 'a number that is not safe')
  for (const version of ['00', '02']) t.throws(() => decodeRootChain(fromHex(root.encoded.replace(/^01/, version))), { code: 'BAD_FORMAT' }, 'another version')
})
