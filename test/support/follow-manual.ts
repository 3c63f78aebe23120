import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { matches, readWalkthrough, runWalkthrough } from './walkthrough.ts'

/** The manuals are read from the sources: the build does not copy them. */
export const MANUALS = fileURLToPath(new URL('../../../test/walkthroughs', import.meta.url))

const skip = process.platform === 'win32' ? 'the manuals are written for a POSIX shell' : false

/** A test that each command of a manual prints what the manual says. */
export async function followManual (name: string): Promise<void> {
  await t.test(`the manual ${name} does what it says`, { skip }, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'colporteur-walkthrough-'))
    t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    const steps = readWalkthrough(await readFile(join(MANUALS, name), 'utf8'))
    t.not(steps.length, 0, 'it has commands')
    const outcomes = await runWalkthrough(steps, folder)
    for (const [i, step] of steps.entries()) {
      const outcome = outcomes[i] ?? { printed: ['(the shell ended before)'], code: -1 }
      t.ok(matches(step, outcome), `line ${step.line}: ${step.command}`, { expected: step.expected, ...outcome })
    }
  })
}
