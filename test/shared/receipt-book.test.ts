import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { type Receipt, signReceipt } from '../../shared/format/receipt.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import type { Signed } from '../../shared/format/signed-json.ts'
import { ReceiptBook } from '../../shared/network/receipts/receipt-book.ts'
import { log } from '../support/network.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const [address, drive] = [0, 1].map(() => z32.encode(randomBytes(32))) as [string, string]
const state = { fork: 0, length: 1024, treeHash: 'a'.repeat(64) }
const KEEPER = { name: 'Keeper', owner: '', until: null }

function receipt (change: Partial<Receipt> = {}, daysAgo = 0): Signed {
  const key = createSigningKey(randomBytes(32))
  const at = new Date(Date.now() - daysAgo * DAY_MS)
  return signReceipt({
    colporteur: 1, kind: 'receipt', newsletter: address, drive, holder: key.publicKey, number: at.getTime(), at: at.toISOString(),
    index: state, blobs: state, blocks: [[0, 9]], keeper: KEEPER, ...change
  }, key)
}

interface Stage {
  book: () => ReceiptBook
  /** Each comes from another node. `passedDaysAgo`: when its holder was audited, on `machine`. */
  take: (signed: Signed, passedDaysAgo?: number | null, machine?: string) => boolean
  reopen: () => Promise<void>
}

async function openBook (t: Test): Promise<Stage> {
  const file = join(t.testdir({}), 'book.json')
  let book = await ReceiptBook.open(address, file, log)
  let givers = 0
  t.teardown(() => book.remove())
  return {
    book: () => book,
    take: (signed, passedDaysAgo = null, machine = String(givers)) => {
      const { held } = book.offer(signed, { key: `giver ${givers++}`, isOwn: true }, () => true)
      if (held && passedDaysAgo !== null) Object.assign(held.audit, { passedMs: Date.now() - passedDaysAgo * DAY_MS, machine })
      return held !== null
    },
    reopen: async () => {
      await book.close()
      book = await ReceiptBook.open(address, file, log)
    }
  }
}

t.test('receipts that are worth nothing any more make room, though their holders were audited once', async t => {
  for (const [what, change, daysAgo, passedDaysAgo] of [['expired', {}, 40, 40], ['withdrawn', { blocks: [], keeper: null }, 0, 0], ['stale', {}, 4, 4]] as const) {
    const { book, take, reopen } = await openBook(t)
    const most = what === 'withdrawn' ? 4096 : 256
    for (let i = 0; i < most; i++) take(receipt(change as Partial<Receipt>, daysAgo), passedDaysAgo)
    await reopen()
    t.equal(book().all.length, most, `${what}: they come again from the disk`)
    t.ok(take(receipt(what === 'withdrawn' ? { keeper: null } : {})), `${what}: one who comes now is heard`)
    t.equal(book().all.length, most)
  }
})

t.test('holders that were audited lately stay, few of one machine', async t => {
  const { book, take } = await openBook(t)
  for (let i = 0; i < 256; i++) take(receipt(), 0)
  const before = book().all
  t.notOk(take(receipt()))
  t.same(book().all, before)
  const crowded = await openBook(t)
  for (let i = 0; i < 256; i++) crowded.take(receipt(), 0, i < 20 ? 'one' : String(i))
  for (let i = 0; i < 4; i++) t.ok(crowded.take(receipt(), 0))
  t.notOk(crowded.take(receipt()))
  t.equal(crowded.book().all.filter(({ audit }) => audit.machine === 'one').length, 16)
})

t.test('one node fills no more than its part of the book, whether it speaks of itself or of others', async t => {
  const { book } = await openBook(t)
  for (let i = 0; i < 300; i++) {
    book().offer(receipt({ keeper: null }), { key: 'own', isOwn: true }, () => true)
    book().offer(receipt({ keeper: null }), { key: 'told', isOwn: false }, () => true)
  }
  t.same(['own', 'told'].map(key => book().all.filter(({ givenBy }) => givenBy === key).length), [256, 64])
})

t.test('long receipts take no more of a book than a bound', async t => {
  const { book, take } = await openBook(t)
  const long = { keeper: null, more: ' '.repeat(30_000) } as Partial<Receipt>
  for (let i = 0; i < 300; i++) t.ok(take(receipt(long)) || i > 250)
  t.ok(book().all.reduce((sum, { signed }) => sum + signed.bytes.length, 0) <= 8 * 1024 * 1024)
})

t.test('what changes after a book was put away is not written', async t => {
  const file = join(t.testdir({}), 'book.json')
  const book = await ReceiptBook.open(address, file, log)
  await book.close()
  await book.remove()
  book.changed()
  await book.close()
  t.notOk(existsSync(file))
})
