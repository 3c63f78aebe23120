import t from 'tap'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { DriveFollower } from '../../subscriber/following/drive-follower.ts'
import { repairDrive } from '../../subscriber/following/repairing.ts'
import type { Library } from '../../subscriber/library/library.ts'
import type { LibraryIssue } from '../../subscriber/library/library-issue.ts'

/**
 * Repairs a drive of one issue in the blocks 0 to 9.
 *
 * @param here the blocks that are here, at the first look and after the library has caught up
 * @param isErased the library learns then that the issue was erased
 * @param unread why some blocks can't be read
 * @returns how many issues have to come again
 */
async function repair (here: [before: BlockRanges, after: BlockRanges], { isErased = false, unread = '', fetched = [] as string[] } = {}): Promise<number> {
  const looks = [...here]
  let placed = [{ id: 'one', writer: 'laptop', state: 'ready', locations: [{ blockOffset: 0, blockLength: 10 }] }]
  const drive = {
    scan: () => {},
    reader: {
      hold: async () => () => {},
      blocksHere: async () => looks.shift(),
      dropDamaged: async () => { throw new Error(unread) }
    },
    completing: { complete: ({ id }: LibraryIssue) => fetched.push(id) }
  }
  const library = { places: async (_newsletter: string, after: number) => after === 0 ? placed : [], issue: async (_newsletter: string, id: string) => ({ id, state: 'ready' }), updateIssue: async () => {} }
  const caughtUp = async (): Promise<void> => { if (isErased) placed = [] }
  const broken = await repairDrive(drive as unknown as DriveFollower, { newsletter: 'n', writer: 'laptop', library: library as unknown as Library, isDeep: unread !== '', caughtUp })
  t.equal(fetched.length, broken)
  return broken
}

t.test('what the disk has lost comes again', async t => {
  t.equal(await repair([[[0, 4]], [[0, 4]]]), 1)
})

t.test('what is missing because it was just erased does not come again', async t => {
  t.equal(await repair([[], []], { isErased: true }), 0)
  t.equal(await repair([[[0, 10]], []]), 0, 'nor what is erased while it is looked at')
})

t.test('what has come meanwhile is not lost', async t => {
  t.equal(await repair([[], [[0, 10]]]), 0)
})

t.test('what the disk has lost comes again also when something else could not be read, and that is told', async t => {
  const [passing, other, store] = [[], [], []] as string[][]
  await t.rejects(repair([[[0, 4]], [[0, 4]]], { unread: 'While open a file: Too many open files', fetched: passing }), { message: /Too many/ })
  t.same(passing, ['one'])
  await t.rejects(repair([[[0, 4]], [[0, 4]]], { unread: 'Batch is destroyed', fetched: other }), { message: /destroyed/ })
  t.same(other, ['one'])
  await t.rejects(repair([[[0, 4]], [[0, 4]]], { unread: 'Corruption: block checksum mismatch in 000009.sst', fetched: store }), { message: /checksum/ })
  t.same(store, [], 'but where the whole store has to be another one')
})
