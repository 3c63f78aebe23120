import t from 'tap'
import { rollback } from './rollback.ts'
import { runSuite } from './run-suite.ts'

t.test('a home that comes back older never writes a second history, and its owner writes on', async t => {
  const { figures, broken } = await runSuite(rollback, t, { restores: 2 })
  t.same(broken, [], figures)
})
