import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setInterval } from 'node:timers/promises'
import { type ColporteurProcess, pidOfNode } from './processes.ts'

/** As often as it can be without taking the processor from who is looked at. */
const LOOK_MS = 1
/** One that has written nothing for so many looks is waiting for somebody. */
const IDLE_LOOKS = 500

/** Why nobody can be killed at a certain write here; false: they can. */
export const noWritesTold = process.platform !== 'linux' && 'only Linux tells how often a process has written'

/**
 * kill -9 as soon as a node, or a command, has written so often more, into whatever file. One that ends or waits before
 * that is killed then. Nothing is known of what it was doing, which is the point.
 *
 * @returns how often it had written since; null when there was nothing left to kill
 */
export async function killAtWrite (colporteur: ColporteurProcess, writes: number, isNode = true): Promise<number | null> {
  const pid = isNode ? await nodeOf(colporteur) : colporteur.child.pid!
  if (pid === 0) return null
  const from = await writesOf(pid)
  let [made, looks] = [0, 0]
  for await (const _ of setInterval(LOOK_MS)) {
    const now = await writesOf(pid)
    if (from === null || now === null) break
    if (now - from > made) [made, looks] = [now - from, 0]
    if (made >= writes || looks++ >= IDLE_LOOKS) break
  }
  // First who watches over it, and would start another.
  const isKilled = colporteur.child.kill('SIGKILL')
  if (isNode && isKilled) endNow(pid)
  const { signal } = await colporteur.finished
  return signal === 'SIGKILL' ? made : null
}

/**
 * kill -9 as soon as something in a folder has changed so often more: a file made, written, renamed or removed.
 *
 * @param done when this comes first, it is killed then
 */
export async function killAtChange (colporteur: ColporteurProcess, folder: string, changes: number, done: Promise<unknown>): Promise<void> {
  const pid = await nodeOf(colporteur)
  let seen = 0
  let end = (): void => {}
  const isTime = new Promise<void>(resolve => { end = resolve })
  const watcher = watch(folder, () => { if (seen++ >= changes) end() })
  done.then(end, end)
  await isTime
  watcher.close()
  if (colporteur.child.kill('SIGKILL')) endNow(pid)
  await colporteur.finished
}

/** How often a command writes until it ends by itself. */
export async function writesUntilEnd ({ child }: ColporteurProcess): Promise<number> {
  let last = 0
  for await (const _ of setInterval(LOOK_MS)) {
    const now = await writesOf(child.pid!)
    if (now === null) break
    last = now
  }
  return last
}

/** How often a process has written; null when there is none. */
export async function writesOf (pid: number): Promise<number | null> {
  const told = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '') // ended meanwhile
  const writes = /^syscw: (\d+)$/m.exec(told)?.[1]
  return writes === undefined ? null : Number(writes)
}

/** It takes a moment until who watches over a node has one to watch over; 0: it ended before. */
async function nodeOf (colporteur: ColporteurProcess): Promise<number> {
  let pid = 0
  while (pid === 0 && colporteur.child.exitCode === null) pid = await pidOfNode({ process: colporteur }).catch(() => 0)
  return pid
}

function endNow (pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has followed already.
  }
}
