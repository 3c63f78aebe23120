import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { helpOn } from '../faults/help.ts'
import { SUITES } from '../faults/suites.ts'
import { BENCHES } from './benches.ts'

const PROGRAMS = { bench: '../bench/bench.js', faults: '../faults/faults.js' }

/** Ends at once, or is ended: what begins to measure goes on for minutes. */
async function run (program: keyof typeof PROGRAMS, ...args: string[]): Promise<{ code: number, stdout: string, stderr: string }> {
  const path = fileURLToPath(new URL(PROGRAMS[program], import.meta.url))
  return await promisify(execFile)(process.execPath, [path, ...args], { timeout: 60_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number, stdout: string, stderr: string }) => ({ code, stdout, stderr }))
}

t.test('who asks what can be measured is told, with the options, and nothing is measured', async t => {
  const all = await run('bench', '--help')
  t.match(all, { code: 0, stderr: '' })
  for (const [name, { what, options = {} }] of Object.entries(BENCHES)) {
    for (const words of [name, what, ...Object.keys(options)]) t.ok(all.stdout.includes(words), words)
  }
  const one = await run('bench', 'archive', '--help')
  t.match(one, { code: 0, stderr: '', stdout: /archive .*\n.*--many N/ })
  t.notMatch(one.stdout, /editor/)
  t.match(await run('bench', 'archive', '--much', '7'), { code: 2, stderr: /--much is no option of archive/, stdout: '' })
  const wrong = await run('bench', 'spread', '--workload', 'Z')
  t.match(wrong, { code: 2, stderr: /--workload Z: there are A,/ })
  t.notMatch(wrong.stderr, /\n +at /, 'a sentence, and no stack')
})

t.test('who asks what faults there are is told, and none is made', async t => {
  const all = await run('faults', '--help')
  t.match(all, { code: 0, stderr: '' })
  for (const [name, { options }] of Object.entries(SUITES)) {
    t.match(all.stdout, new RegExp(`^  ${name} +\\w`, 'm'), `${name} is described`)
    for (const option of Object.keys(options)) t.ok(all.stdout.includes(`--${option} N`), option)
  }
  t.notMatch(helpOn(['mute']), /strangers/)
  const wrong = await run('faults', 'power', '--kills', '3')
  t.match(wrong, { code: 2, stdout: '', stderr: /^--kills is no option of power\.\n[^]*^ +power .*\n +--/m })
  t.notMatch(wrong.stderr, /at .*\.js:\d/, 'one line and what there is, and no stack')
  t.match(await run('faults', 'power', '--seed'), { code: 2, stdout: '', stderr: /^--seed wants a number\./ })
})
