import t from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { WriterHistories } from '../../subscriber/writer-histories.ts'

const HISTORY = { blocks: [] }
const HEAD = { fork: 0, length: 1, treeHash: 'ab'.repeat(32) }

/** Two newsletters that list one drive; of the first, another history of it is kept. `newestAt`: of what is signed there for the second. */
function stage (newestAt: string | null): { decide: () => Promise<unknown>, other: string } {
  const [first, second] = [newNewsletter('One'), newNewsletter('Another')].map(({ address, chain }) => readRootChain(address, chain))
  const [writer] = first!.newest.writers
  const root = { chain: first!, dispute: null }
  const listing = { chain: { ...second!, newest: { ...second!.newest, writers: [{ ...writer!, id: 'w7' }] } }, dispute: null }
  const known = new Map([[first!.address, root], [second!.address, listing]])
  const parts = {
    following: { get: () => ({ root, followed: { role: 'subscribed' } }) },
    roots: { addresses: async () => [...known.keys()], get: async (address: string) => known.get(address) },
    library: { writerCounts: async (_address: string, id: string) => ({ newestAt: id === 'w7' ? newestAt : null }) },
    histories: {
      of: async () => ({ seen: null, others: [{ core: 'index', here: HEAD, other: HEAD, bySeal: false }], choice: null }),
      here: async () => HISTORY,
      kept: {
        of: async () => [{ head: HEAD, history: HISTORY }],
        asideOf: () => { throw new Error('it is put aside') }
      }
    }
  }
  const histories = new WriterHistories(parts as unknown as ConstructorParameters<typeof WriterHistories>[0])
  return { decide: () => histories.decide(first!.address, 'w1', 'take'), other: second!.address }
}

t.test('another history is not taken where the drive holds issues of another newsletter', async t => {
  const { decide, other } = stage('2026-01-01T00:00:00.000Z')
  await t.rejects(decide(), { code: 'CONFLICT', message: new RegExp(`would be taken away.*${other}`) })
})

t.test('a newsletter that only lists the drive is in nobody\'s way', async t => {
  await t.rejects(stage(null).decide(), { message: 'it is put aside' })
})
