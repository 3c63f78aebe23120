import t from 'tap'
import { noPowerDisk } from '../support/power-disk.ts'
import { power } from './power.ts'
import { runSuite } from './run-suite.ts'

t.test('a power cut takes nothing that was said to be published, and makes no second history', { skip: await noPowerDisk() }, async t => {
  const { figures, broken } = await runSuite(power, t, { cuts: 1 })
  t.same(broken, [], figures)
})
