import t from 'tap'
import { noDisk } from '../support/small-disk.ts'
import { disk } from './disk.ts'
import { flips } from './flips.ts'
import { runSuite } from './run-suite.ts'

t.test('a disk that fills up while issues come stops nothing but that, and it goes on by itself', { skip: noDisk }, async t => {
  const { figures, broken } = await runSuite(disk, t, { times: 2 })
  t.same(broken, [], figures)
})

t.test('bits that a disk has turned over are noticed, never passed on, and come again from others', async t => {
  const { figures, broken } = await runSuite(flips, t, { flips: 3 })
  t.same(broken, [], figures)
})
