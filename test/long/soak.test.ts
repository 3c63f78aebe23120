import t from 'tap'
import { namespacesMissing } from '../support/namespaces.ts'
import { runSoak } from '../support/soak.ts'

const skip = namespacesMissing() ?? false
const minutes = Number(process.env['COLPORTEUR_SOAK_MINUTES'] ?? 30)
const seed = Number(process.env['COLPORTEUR_SOAK_SEED'] ?? 1)

t.test(`in a storm of ${minutes} minutes nothing is called safe that is not, and afterwards everybody has everything`, { skip }, async t => {
  const report = await runSoak(t, { seed, durationMs: minutes * 60_000 })
  console.error(JSON.stringify({ ...report, events: report.events.length, lastEvents: report.events.slice(-5) }))
  t.same(report.falseSafe, [], 'no false safe', report)
  t.equal(report.safe, report.published, 'all are safe', report)
  t.same(report.missing, [], 'everybody has all that was acknowledged', report)
})
