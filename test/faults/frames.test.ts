import t from 'tap'
import { frames } from './frames.ts'
import { runSuite } from './run-suite.ts'

t.test('whatever a peer says, the node goes on, and serves those who are honest', { skip: process.platform !== 'linux' && 'only Linux tells which process the node is' }, async t => {
  const { figures, broken } = await runSuite(frames, t, { messages: 5_000 })
  t.same(broken, [], figures)
})
