import t from 'tap'
import { noDisk } from '../support/small-disk.ts'
import { disk } from './disk.ts'
import { runSuite } from './run-suite.ts'

t.test('a disk that fills up while issues come stops nothing but that, and it goes on by itself', { skip: noDisk }, async t => {
  const { figures, broken } = await runSuite(disk, t, { times: 2 })
  t.same(broken, [], figures)
})
