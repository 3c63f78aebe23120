import { randomBytes } from 'node:crypto'
import t from 'tap'
import z32 from 'z32'
import { readReceipt } from '../../shared/format/receipt.ts'
import type { HeldDrive } from '../../shared/network/receipts/held-drive.ts'
import { OwnReceipts } from '../../shared/network/receipts/own-receipts.ts'

const [address, drive] = [0, 1].map(() => z32.encode(randomBytes(32))) as [string, string]
const state = { fork: 0, length: 10, treeHash: 'a'.repeat(64) }
const held = { key: drive, holding: async () => ({ index: state, blobs: state, blocks: [[0, 3]] }) } as unknown as HeldDrive

async function sign (own: OwnReceipts): Promise<number> {
  return readReceipt((await own.renew(held)).signed!, address).number
}

t.test('nobody can make a node sign a number above which it can not go later', async t => {
  const seed = randomBytes(32)
  const own = new OwnReceipts(address, seed, true)
  own.continueAfter(2 ** 50)
  const first = await sign(own)
  t.ok(first <= Date.now(), 'a number that nobody has shown is not believed')
  own.continueAfter(first + 1000)
  const second = await sign(own)
  t.equal(second, first + 1001, 'one that a clock may have given is')
  const again = new OwnReceipts(address, seed, true)
  again.continueAfter(second)
  t.ok(await sign(again) > second, 'also after a restart')
})

t.test('a receipt that comes back with the signature of the node counts, whatever its number', async t => {
  const seed = randomBytes(32)
  const own = new OwnReceipts(address, seed, true)
  await own.renew(held)
  const [told] = own.all
  const back = { ...readReceipt(told!, address), number: 2 ** 50 + 1 }
  const again = new OwnReceipts(address, seed, true)
  t.ok(again.isAhead(back))
  t.equal(again.continueAfterSigned(back), null)
  t.equal(await sign(again), 2 ** 50 + 2)
  const silent = new OwnReceipts(address, seed, false)
  const takenBack = readReceipt(silent.continueAfterSigned(back)!, address)
  t.match(takenBack, { number: 2 ** 50 + 2, blocks: [], keeper: null }, 'and is taken back when it is not said any more')
})
