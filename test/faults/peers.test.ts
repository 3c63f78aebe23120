import t from 'tap'
import { mute } from './mute.ts'
import { runSuite } from './run-suite.ts'
import { strangers } from './strangers.ts'

for (const [name, options] of [['that answer nothing', { peers: 9 }], ['that give no blocks', { peers: 9, blocks: 1 }]] as const) {
  t.test(`peers ${name} hold nobody up for long`, async t => {
    const { figures, broken } = await runSuite(mute, t, options)
    t.same(broken, [], figures)
  })
}

t.test('however many strangers take places, the author is reached', async t => {
  const { figures, broken } = await runSuite(strangers, t, { strangers: 150 })
  t.same(broken, [], figures)
})
