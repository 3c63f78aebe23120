import t from 'tap'
import { noWritesTold } from '../support/kill-at-write.ts'
import { kill } from './kill.ts'
import { runSuite } from './run-suite.ts'

t.test('whatever is going on when a machine is killed, what was said to be done is done, and nothing is done by halves', { skip: noWritesTold }, async t => {
  const { figures, broken } = await runSuite(kill, t, { publishing: 1, replicating: 1, restoring: 1, opening: 2, upgrading: 1, locking: 2 })
  t.same(broken, [], figures)
})
