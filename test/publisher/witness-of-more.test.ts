import t from 'tap'
import { witnessOfMore } from '../../publisher/restoring/witness-of-more.ts'
import type { HeldReceipt } from '../../shared/network/receipts/held-receipt.ts'
import { noAudit } from '../../shared/network/receipts/held-receipt.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const nowMs = Date.now()
const state = (length: number) => ({ fork: 0, length, treeHash: 'a'.repeat(64) })
const here = { index: state(10), blobs: state(100), blocks: [] }

function held (change: object, daysAgo = 0): HeldReceipt {
  const at = new Date(nowMs - daysAgo * DAY_MS).toISOString()
  const receipt = { drive: 'd', at, index: state(2 ** 24), blobs: state(100), blocks: [[0, 9]], keeper: null, ...change }
  return { holder: 'ab'.repeat(32), receipt, audit: noAudit() } as unknown as HeldReceipt
}

t.test('who took back what it said, or has not said it for long, keeps nobody from going on', async t => {
  for (const receipt of [held({ blocks: [] }), held({}, 31), held({ keeper: { name: 'Over', owner: '', until: new Date(nowMs - 1).toISOString() } })]) {
    t.equal(witnessOfMore([receipt], 'd', here, nowMs), null)
  }
})

t.test('who says that there is more is named', async t => {
  t.equal(witnessOfMore([held({ blocks: [] }), held({})], 'd', here, nowMs), 'The reader that nobody has checked (abababababababab)')
  const keeper = held({ index: state(10), blobs: state(101), keeper: { name: 'Harbour', owner: '', until: null } })
  t.equal(witnessOfMore([{ ...keeper, audit: { ...noAudit(), passedMs: nowMs } }], 'd', here, nowMs), 'The keeper "Harbour" (abababababababab)')
  t.equal(witnessOfMore([held({})], 'another', here, nowMs), null)
  t.equal(witnessOfMore([held({ index: state(10) })], 'd', here, nowMs), null, 'no more than is here')
})
