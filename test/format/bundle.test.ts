import t from 'tap'
import { decodeRecord, decodeRecordHead, encodeRecord, RECORD_HEAD_BYTES } from '../../shared/format/bundle.ts'
import { decodeRootChain } from '../../shared/format/root-files.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { readWant } from '../../shared/format/want.ts'
import { bundleRecords, readVectors } from './make-vectors.ts'

const { bundle, root, address: { address } } = await readVectors()
const chain = decodeRootChain(Buffer.from(root.encoded, 'hex'))
const records = bundleRecords(address, { ...chain, documents: chain.documents.slice(0, 1) })

t.test('records of a bundle are read as they were written', async t => {
  for (const [i, record] of records.entries()) {
    t.equal(Buffer.from(encodeRecord(record)).toString('hex'), bundle[i]!.record, `a ${record.type} record as in the vectors`)
    const bytes = Buffer.from(bundle[i]!.record, 'hex')
    t.same(decodeRecordHead(bytes.subarray(0, RECORD_HEAD_BYTES)), { type: record.type, bytes: bytes.length - RECORD_HEAD_BYTES })
    const read = decodeRecord(record.type, bytes.subarray(RECORD_HEAD_BYTES))
    t.equal(Buffer.from(encodeRecord(read)).toString('hex'), bundle[i]!.record)
  }
})

t.test('a record that is cut off, too long or garbage is refused with a code', async t => {
  for (const { type, record } of bundle) {
    const payload = Buffer.from(record, 'hex').subarray(RECORD_HEAD_BYTES)
    for (let end = 0; end < payload.length; end++) t.throws(() => decodeRecord(type, payload.subarray(0, end)), { code: 'BAD_FORMAT' })
    t.throws(() => decodeRecord(type, Buffer.concat([payload, Buffer.of(0)])), { code: 'BAD_FORMAT' })
  }
  t.equal(decodeRecordHead(Buffer.from('0500000000', 'hex')), null, 'a type that there is not')
  t.equal(decodeRecordHead(Buffer.from('04ffffffff', 'hex')), null, 'a length over its limit')
})

t.test('a file of wants that names what can not be is refused', async t => {
  const drive = { drive: address, index: 4, blobs: { length: 9, blocks: [[0, 3], [4, 9]] } }
  const want = (drives: unknown[]): unknown => ({ colporteur: 1, kind: 'want', newsletters: [{ newsletter: address, drives }] })
  t.same(readWant(writeJson(want([drive]))), want([drive]))
  for (const blocks of [[[3, 0]], [[0, 10]], [[0, 3], [2, 4]], [[0, 1.5]], 'all']) {
    t.throws(() => readWant(writeJson(want([{ ...drive, blobs: { length: 9, blocks } }]))), { code: 'BAD_FORMAT' })
  }
  t.throws(() => readWant(Buffer.from('no JSON')), { code: 'BAD_FORMAT' })
})
