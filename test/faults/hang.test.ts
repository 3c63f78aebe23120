import t from 'tap'
import { hang } from './hang.ts'
import { runSuite } from './run-suite.ts'

t.test('a node that hangs, at work or asleep, answers again, and fetches what came out meanwhile', {
  skip: process.platform !== 'linux' && 'only Linux tells which process the node is'
}, async t => {
  const { figures, broken } = await runSuite(hang, t, { times: 2, asleep: 1 })
  t.same(broken, [], figures)
})
