import t from 'tap'
import { RestartPlan } from '../../console/cli/restart-plan.ts'

const SOON_MS = 5_000
const LATE_MS = 61_000

t.test('who fails again and again is started later and later, and every second time carefully, without an end', async t => {
  const plan = new RestartPlan()
  const starts = Array.from({ length: 40 }, () => plan.failed(SOON_MS))
  t.same(starts.slice(0, 12).map(({ waitMs, isCareful }) => isCareful ? 'careful' : waitMs / 1_000), [0, 1, 'careful', 4, 'careful', 16, 'careful', 60, 'careful', 60, 'careful', 60])
  t.same(starts.slice(12).filter(({ waitMs, isCareful }) => waitMs !== (isCareful ? 0 : 60_000)), [])
})

t.test('who has run well is started at once, and who fails once in a while, too', async t => {
  const plan = new RestartPlan()
  for (let i = 0; i < 7; i++) plan.failed(SOON_MS)
  t.same(plan.failed(LATE_MS), { waitMs: 60_000, isCareful: false }, 'that a careful one has run well says nothing')
  for (let i = 0; i < 5; i++) t.same(plan.failed(LATE_MS), { waitMs: 0, isCareful: false })
  t.equal(plan.inARow, 1)
})

t.test('after a careful start that has run for its time, the next is a whole one', async t => {
  const plan = new RestartPlan()
  for (let i = 0; i < 3; i++) plan.failed(SOON_MS)
  t.same(plan.ended(), { waitMs: 0, isCareful: false })
  t.same(plan.failed(SOON_MS), { waitMs: 0, isCareful: true }, 'and when that fails, too, a careful one follows at once')
})
