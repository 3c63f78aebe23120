import t from 'tap'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'

t.test('the demonstration that is stopped goes without a word of failure', async t => {
  const demo = new ColporteurProcess(['demo'])
  await until('the author starts', () => demo.stdout.includes('2. An author'))
  demo.child.kill('SIGINT')
  const { code, stderr } = await demo.finished
  t.equal(code, 130)
  t.equal(stderr, '')
})
