import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A command of a manual, with what it says that the command prints. */
export interface Step {
  command: string
  /** Lines; `[..]` stands for any text in a line, `[...]` alone for any lines, `[exit 5]` at the end for the exit code. */
  expected: string[]
  line: number
}

export interface Outcome { printed: string[], code: number }

const MAIN = fileURLToPath(new URL('../../console/cli/main.js', import.meta.url))
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** The commands in the fenced blocks of a Markdown text: lines that begin with `$ `, each followed by its output. */
export function readWalkthrough (markdown: string): Step[] {
  const steps: Step[] = []
  let fenced = false
  for (const [i, text] of markdown.split('\n').entries()) {
    if (text.startsWith('```')) fenced = !fenced
    else if (fenced && text.startsWith('$ ')) steps.push({ command: text.slice(2), expected: [], line: i + 1 })
    else if (fenced) steps.at(-1)?.expected.push(text)
  }
  return steps
}

/**
 * Runs the commands one after the other in one shell, in an empty folder, with a home of its own. Everything that they
 * started is gone when this returns.
 */
export async function runWalkthrough (steps: Step[], folder: string): Promise<Outcome[]> {
  const bin = join(folder, 'bin')
  const work = join(folder, 'work')
  await mkdir(bin)
  await mkdir(work)
  await writeFile(join(bin, 'colporteur'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`)
  await chmod(join(bin, 'colporteur'), 0o755)
  const end = 'end-of-step-6f1c'
  const script = steps.map(({ command }) => `${command}\necho "${end} $?"\n`).join('')
  const shell = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd: work,
    detached: true, // a group of its own, so that what it left in the background can be ended with it
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: folder, NO_COLOR: '1', COLUMNS: '100', SAMPLE: join(REPOSITORY, 'sample') }
  })
  let output = ''
  shell.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const closed = once(shell, 'close')
  await once(shell, 'exit')
  try {
    process.kill(-shell.pid!, 'SIGKILL')
  } catch {
    // Nothing was left.
  }
  await closed
  const outcomes: Outcome[] = []
  let printed: string[] = []
  for (const line of output.split('\n')) {
    const at = line.indexOf(end)
    if (at === -1) {
      printed.push(line)
      continue
    }
    if (at > 0) printed.push(line.slice(0, at))
    outcomes.push({ printed, code: Number(line.slice(at + end.length)) })
    printed = []
  }
  return outcomes
}

/** True when a command printed what the manual says, and ended as it says. */
export function matches ({ expected }: Step, { printed, code }: Outcome): boolean {
  const [, wantedCode] = /^\[exit (\d+)\]$/.exec(expected.at(-1) ?? '') ?? []
  const lines = wantedCode === undefined ? expected : expected.slice(0, -1)
  if (code !== Number(wantedCode ?? 0)) return false
  const pattern = lines.map(line => line === '[...]' ? '(?:.*\\n)*?' : `${line.split('[..]').map(escape).join('.*')}\\n`).join('')
  return new RegExp(`^${pattern}$`).test(printed.map(line => `${line}\n`).join(''))
}

function escape (text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
