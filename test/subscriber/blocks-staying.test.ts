import t from 'tap'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { Following } from '../../subscriber/following/following.ts'
import { blocksStaying } from '../../subscriber/keeping/blocks-staying.ts'

/** Newsletters with issues of these names and places, all on one drive. */
function followingOf (newsletters: Record<string, Record<string, BlockRanges>>): Following {
  const get = (newsletter: string): object => ({
    drives: new Map([['w1', {
      reader: {
        key: 'drive',
        blocksOfOthers: async (ids: Set<string>) => Object.entries(newsletters[newsletter]!).filter(([id]) => !ids.has(id)).flatMap(([, blocks]) => blocks)
      }
    }]])
  })
  return { get } as unknown as Following
}

t.test('of a drive that two newsletters list, the issues of both stay when some of each leave together', async t => {
  const following = followingOf({ one: { a: [[0, 5]], b: [[5, 10]] }, two: { c: [[10, 15]], d: [[14, 20]], b: [[30, 35]] } })
  const leaving = [{ newsletter: 'one', id: 'a' }, { newsletter: 'two', id: 'c' }, { newsletter: 'two', id: 'b' }]
  t.same(await blocksStaying(leaving.map(issue => ({ ...issue, drive: 'drive' })), following), new Map([['drive', [[5, 10], [14, 20]]]]))
})
