import { realpath, rm } from 'node:fs/promises'
import Type from 'typebox'
import Value from 'typebox/value'
import { pathsOf } from '../shared/config.ts'
import { readIfThere, writeDurably } from '../shared/durable-file.ts'

const ANSWER_MS = 2_000

const Running = Type.Object({ pid: Type.Integer(), url: Type.String() })
const Answer = Type.Object({ home: Type.String() })

export interface RunningNode { pid: number, url: string, token: string }

/** Leaves word in the home where its node answers. */
export async function tellRunning (home: string, url: string): Promise<void> {
  await writeDurably(pathsOf(home).running, JSON.stringify({ pid: process.connected ? process.ppid : process.pid, url }, null, 2) + '\n')
}

export async function tellStopped (home: string): Promise<void> {
  await rm(pathsOf(home).running, { force: true })
}

/**
 * The node that runs on a home and answers, or null. A file left behind by a killed one is not believed: another user's
 * program may listen on its port by now, and must not be told the token. Nor is one that came here in a copy of a home,
 * whose node would get the orders that are given here.
 */
export async function findRunningNode (home: string): Promise<RunningNode | null> {
  const paths = pathsOf(home)
  const [file, token] = await Promise.all([readIfThere(paths.running), readIfThere(paths.token)])
  if (!file || !token) return null
  const running = parse(file)
  if (!Value.Check(Running, running) || !isOurs(running.pid)) return null
  const node = { ...running, token: token.toString('utf8').trim() }
  return await answers(node, home) ? node : null
}

/** Whether a process of this user has that number. */
function isOurs (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // gone, or somebody else's
  }
}

async function answers ({ url, token }: RunningNode, home: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(ANSWER_MS) })
    const status: unknown = response.ok ? await response.json() : null
    return Value.Check(Answer, status) && await realpath(status.home) === await realpath(home)
  } catch {
    return false // nobody listens there, or not ours
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // half-written by nobody: as good as none
  }
}
