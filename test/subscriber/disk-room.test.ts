import t from 'tap'
import { type BlockRange, type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import { claims, type HeldReceipt, type IssuePieces } from '../../shared/network/receipts/held-receipt.ts'
import { countCopies } from '../../subscriber/keeping/count-copies.ts'
import { DiskRoom, type DiskRoomParts } from '../../subscriber/keeping/disk-room.ts'
import type { LibraryIssue, LibraryPart } from '../../subscriber/library/library-issue.ts'
import { countTurns } from '../support/count-turns.ts'
import { seeded } from '../support/random.ts'

type RoomIssue = Pick<LibraryIssue, 'newsletter' | 'id' | 'writer' | 'seq' | 'publishedAt' | 'locations'>

function part (blockOffset: number, blockLength = 2): LibraryPart {
  return { path: 'body.md', blockOffset, blockLength, byteOffset: 0, byteLength: blockLength * 50_000 }
}

function issue (i: number): RoomIssue {
  return { newsletter: 'news', id: `issue ${i}`, writer: 'writer', seq: i + 1, publishedAt: new Date(1e12 + i * 1000).toISOString(), locations: [part(i * 2)] }
}

function receipt (length: number, blocks: BlockRanges, drive = 'drive'): HeldReceipt {
  return { receipt: { drive, index: { length }, blocks } } as HeldReceipt
}

function openRoom (parts: Partial<DiskRoomParts>): { room: DiskRoom, evicted: string[] } {
  const evicted: string[] = []
  const room = new DiskRoom({
    kept: () => ['news'], capOf: () => null, mayEvict: () => true, driveOf: () => 'drive', indexBytesOf: () => 0, received: () => [], present: async function * () {}, issue: async () => null, staying: async () => new Map(),
    evict: async ({ id }) => { evicted.push(id) }, ...parts
  })
  return { room, evicted }
}

t.test('copies are counted in one go over all that receipts claim', async t => {
  const draw = seeded(1)
  const upTo = (most: number): number => Math.floor(draw() * most)
  const range = (): BlockRange => { const start = upTo(200); return [start, start + 1 + upTo(40)] }
  const drive = (): string => draw() < 0.8 ? 'drive' : 'other'
  const receipts = Array.from({ length: 200 }, () => receipt(upTo(100), rangesOf(Array.from({ length: upTo(6) }, range)), drive()))
  const asked = (issues: IssuePieces[], of: HeldReceipt[]): number[] => issues.map(pieces => of.filter(held => claims(held, pieces)).length)
  const issues = Array.from({ length: 100 }, (_, i): IssuePieces => ({ drive: drive(), seq: i, runs: i % 10 === 0 ? [] : [[i * 2, i * 2 + 1 + i % 2]] }))
  const whole = receipts.map(({ receipt: { drive, blocks } }) => receipt(100, blocks, drive))
  t.same(await countCopies(issues, whole), asked(issues, whole), 'as asking each receipt for each issue would')
  const overlapping = issues.map(issue => ({ ...issue, runs: [range()] }))
  const [counted, exact] = [await countCopies(overlapping, receipts), asked(overlapping, receipts)]
  t.ok(counted.every((copies, i) => copies >= exact[i]!), 'of those that overlap never fewer')
  const several: IssuePieces = { drive: 'drive', seq: 0, runs: [[0, 10], [20, 30]] }
  t.same(await countCopies([several], [receipt(1, [[0, 30]]), receipt(1, [[0, 10]])]), [1], 'of several pieces the rarest')
  t.same(await countCopies([], receipts), [])
})

t.test('one issue more at a full cap costs what its receipts claim and not that times the issues, and others have their turn', async t => {
  const [issues, holders] = [5_000, 4_352]
  let looked = 0
  const pieces = Array.from({ length: 500 }, (_, i): BlockRange => [i * 20, i * 20 + 19])
  const held = receipt(issues + 10, pieces)
  const book = Array.from({ length: holders }, () => ({ get receipt () { looked++; return held.receipt } }) as HeldReceipt)
  const { room, evicted } = openRoom({
    capOf: newsletter => newsletter === null ? null : issues * 104_800,
    received: () => book,
    present: async function * () { yield * Array.from({ length: issues }, (_, i) => issue(i)) }
  })
  await room.usedBytes('news')
  const { result, turns } = await countTurns(() => room.admits(issue(issues + 1) as LibraryIssue))
  t.ok(result)
  t.same(evicted, ['issue 0'])
  t.ok(looked < 10 * holders, `receipts were looked at ${looked} times`)
  t.ok(turns > 100, `others had ${turns} turns`)
})

t.test('a revision has the room of the one before, and where there is too little that goes', async t => {
  const { room, evicted } = openRoom({ capOf: newsletter => newsletter === null ? null : 450_000 })
  const admits = (issue: RoomIssue): Promise<boolean> => room.admits(issue as LibraryIssue)
  t.ok(await admits(issue(0)))
  t.ok(await admits(issue(1)))
  const revised = { ...issue(1), seq: 10, locations: [part(20, 6)] }
  t.ok(await admits(revised))
  t.ok(await room.usedBytes('news') > 400_000 && evicted.length === 0)
  t.ok(await admits(issue(1)), 'what is asked about the earlier one again changes nothing')
  t.ok(await room.usedBytes('news') > 400_000)
  t.notOk(await admits({ ...issue(1), seq: 20, locations: [part(40, 30)] }))
  t.same(evicted, ['issue 1'])
  t.ok(await room.usedBytes('news') < 110_000)
})

t.test('a revision that was admitted in the place of another, and will not come, leaves its room to that one', async t => {
  const large = { ...issue(0), seq: 9, locations: [part(100, 8)] }
  let known: RoomIssue & { state: LibraryIssue['state'] } | null = { ...issue(0), state: 'ready' }
  const { room } = openRoom({ present: async function * () { yield issue(0) }, issue: async () => known })
  const before = await room.usedBytes('news')
  t.ok(await room.admits(large as LibraryIssue))
  t.ok(await room.usedBytes('news') > before)
  await room.correctionOver({ ...large, seq: 8 })
  t.ok(await room.usedBytes('news') > before, 'an earlier one has no room')
  await room.correctionOver(large)
  t.equal(await room.usedBytes('news'), before)
  t.ok(await room.admits(large as LibraryIssue))
  known = { ...known, state: 'removed' }
  await room.correctionOver(large)
  t.equal(await room.usedBytes('news'), 0, 'nor is there one for what is not here')
})

t.test('while a cap may be another one than was said nothing goes for it, and what has no room as it is does not come', async t => {
  let [cap, isSure] = [1_000_000, true]
  const { room, evicted } = openRoom({ capOf: newsletter => newsletter === null ? null : cap, mayEvict: () => isSure })
  for (let i = 0; i < 4; i++) t.ok(await room.admits(issue(i) as LibraryIssue))
  cap = 250_000
  isSure = false
  await room.shrink()
  t.notOk(await room.admits(issue(4) as LibraryIssue))
  t.notOk(await room.admits({ ...issue(3), seq: 9, locations: [part(0, 4)] } as LibraryIssue))
  t.ok(await room.admits(issue(0) as LibraryIssue), 'what is here is')
  t.same(evicted, [])
  isSure = true
  await room.shrink()
  t.same(evicted, ['issue 0', 'issue 1'])
})
