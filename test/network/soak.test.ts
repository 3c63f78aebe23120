import t from 'tap'
import { namespacesMissing } from '../support/namespaces.ts'
import { runSoak } from '../support/soak.ts'

const skip = namespacesMissing() ?? false

t.test('in a short storm nothing is called safe that is not, and afterwards everybody has everything', { skip }, async t => {
  const report = await runSoak(t, { seed: 4, durationMs: 10_000 })
  t.same(report.falseSafe, [], 'no false safe', report)
  t.ok(report.published > 0 && report.safeSaid > 0 && report.seenUnsafe > 0, 'there was something to see', report)
  t.equal(report.safe, report.published, 'all are safe', report)
  t.same(report.missing, [], 'everybody has all that was acknowledged', report)
})
