import t from 'tap'
import { drives } from './drives.ts'
import { runSuite } from './run-suite.ts'

t.test('whatever a writer puts into a drive, the node lives, says so, and reads on', async t => {
  const { figures, broken } = await runSuite(drives, t, { rounds: 1, many: 100 })
  t.same(broken, [], figures)
})
