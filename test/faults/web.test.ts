import t from 'tap'
import { runSuite } from './run-suite.ts'
import { web } from './web.ts'

t.test('nobody is let in by a trick, nothing that is asked breaks anything, and who says nothing is not waited for', async t => {
  const { figures, broken } = await runSuite(web, t, { requests: 2_000, sockets: 200, endings: 0 })
  t.same(broken, [], figures)
})
