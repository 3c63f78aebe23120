import t from 'tap'
import { openDesk } from '../support/desk.ts'
import { until } from '../support/until.ts'

t.test('a draft whose problem may have come or gone has the status told anew', async t => {
  const desk = await openDesk(t)
  const { id, version } = await desk.write('Peace', 'There will be no war.')
  let told = 0
  desk.node.on('statusChanged', () => { told++ })
  await desk.client.saveDraft({ params: { draft: id }, body: { baseVersion: version, title: 'Peace', subtitle: '', markdown: 'At last.' } })
  await until('it is told', async () => told > 0)
})
