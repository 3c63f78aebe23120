import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

t.test('the demonstration to which nobody listens any more leaves nothing behind', { skip: process.platform !== 'linux' && 'Linux alone tells of processes' }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const demo = new ColporteurProcess(['demo'], { environment: { TMPDIR: folder } })
  await until('the author starts', () => demo.stdout.includes('2. An author'))
  const { pid } = demo.child
  const started = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number)
  t.teardown(() => { for (const other of started) if (isRunning(other)) process.kill(other, 'SIGKILL') })
  t.ok(started.length > 0)
  demo.child.stdout!.destroy()
  await demo.finished
  await until('its nodes are gone', () => !started.some(isRunning))
  t.same(await readdir(folder), [])
})

function isRunning (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
