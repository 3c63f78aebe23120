import t from 'tap'
import { runSuite } from './run-suite.ts'
import { split } from './split.ts'

t.test('two readers who were shown two histories find it out as soon as they meet, and read on', async t => {
  const { figures, broken } = await runSuite(split, t, { writers: 1 })
  t.same(broken, [], figures)
})
