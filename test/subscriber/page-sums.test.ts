import { randomBytes } from 'node:crypto'
import t from 'tap'
import { holds, mend, PAGE_BYTES, setSum } from '../../subscriber/library/page-sums.ts'
import { random } from '../support/random.ts'

const BITS = PAGE_BYTES * 8

function pageWithSum (number: number): Uint8Array {
  const page = new Uint8Array(randomBytes(PAGE_BYTES))
  setSum(page, number)
  return page
}

function turn (page: Uint8Array, bit: number): void {
  page[bit >>> 3]! ^= 1 << (bit & 7)
}

t.test('whichever bit of a page has turned over is turned back, also one of its sum', async t => {
  const right = pageWithSum(7)
  t.ok(holds(right, 7))
  const unmended = []
  for (let bit = 0; bit < BITS; bit += bit < BITS - 100 ? 13 : 1) {
    const page = right.slice()
    turn(page, bit)
    if (holds(page, 7) || !mend(page, 7) || Buffer.compare(page, right) !== 0) unmended.push(bit)
  }
  t.same(unmended, [])
})

t.test('what is wrong in more than one bit is noticed, and never taken for another page', async t => {
  const draw = random(t)
  const right = pageWithSum(0)
  for (let i = 0; i < 2_000; i++) {
    const page = right.slice()
    const bits = new Set(Array.from({ length: 2 + Math.floor(draw() * 30) }, () => Math.floor(draw() * BITS)))
    for (const bit of bits) turn(page, bit)
    if (bits.size === 1) continue
    const wrong = page.slice()
    if (holds(page, 0) || mend(page, 0)) return t.fail(`bits ${[...bits].join(', ')} were not noticed`)
    if (Buffer.compare(page, wrong) !== 0) return t.fail('what can not be mended is left as it is')
  }
  t.notOk(holds(new Uint8Array(PAGE_BYTES), 0), 'nothing at all is no page')
  t.notOk(holds(pageWithSum(3), 4), 'nor is the page of another place')
})
