import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import { Compacting } from '../../subscriber/following/compacting.ts'
import { until } from '../support/until.ts'

/** What compacts, over a store of which the test says when it has been rewritten. */
function stage (t: Test): { folder: string, compacting: Compacting, begun: () => number, end: () => void } {
  const folder = t.testdir()
  const waiting: (() => void)[] = []
  let begun = 0
  const compact = async (): Promise<number> => {
    begun++
    await new Promise<void>(resolve => { waiting.push(resolve) })
    return 0
  }
  const log = { error: (...said: unknown[]) => { t.fail(JSON.stringify(said)) } } as unknown as Log
  return {
    folder, begun: () => begun, end: () => waiting.shift()?.(),
    compacting: new Compacting({ peer: { compact } as unknown as Peer, dueFile: join(folder, 'compaction-due'), log })
  }
}

t.test('what was erased is remembered until the store was rewritten since, also when more is erased meanwhile', async t => {
  const { folder, compacting, begun, end } = stage(t)
  await compacting.ready()
  await compacting.erased()
  t.same(await readdir(folder), ['compaction-due'])
  await until('it begins', () => begun() === 1)
  await compacting.erased()
  end()
  await until('it begins again', () => begun() === 2)
  t.same(await readdir(folder), ['compaction-due'], 'what came meanwhile may not be gone yet')
  end()
  await until('it is over', async () => (await readdir(folder)).length === 0)
  t.equal(begun(), 2)
  await compacting.close()
})

t.test('a node that ends waits for it', async t => {
  const { folder, compacting, begun, end } = stage(t)
  await compacting.ready()
  await compacting.erased()
  let isClosed = false
  const closing = compacting.close().then(() => { isClosed = true })
  await until('it begins', () => begun() === 1)
  await setImmediate()
  t.notOk(isClosed)
  end()
  await closing
  t.same(await readdir(folder), [])
})

t.test('a node that was killed in between goes on with it', async t => {
  const { folder, compacting, begun, end } = stage(t)
  await writeFile(join(folder, 'compaction-due'), '')
  await compacting.ready()
  await until('it begins', () => begun() === 1)
  end()
  await compacting.close()
  t.same(await readdir(folder), [])
})
