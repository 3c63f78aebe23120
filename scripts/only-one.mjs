import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './failure.mjs'

const LOOK_MS = 200
const HEARTBEAT_MS = 2_000
// A process that lives says so every two seconds; fifteen missed times are no slow disk any more.
const DEAD_MS = 30_000

/**
 * Runs the work while no other process does: a folder that only one can make is the lock.
 * One that was killed leaves the folder behind; the next takes it over. `isDone` true while waiting: nothing is left to do.
 */
export async function onlyOne (root, work, isDone) {
  const lock = join(root, 'dist/.preparing')
  mkdirSync(join(root, 'dist'), { recursive: true })
  let said = false
  while (!take(lock)) {
    if (isDone()) return
    if (isStale(lock)) continue
    if (!said) say('Another process is preparing this folder; waiting for it …')
    said = true
    await sleep(LOOK_MS)
  }
  const beating = setInterval(() => utimesSync(lock, new Date(), new Date()), HEARTBEAT_MS)
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  try {
    await work()
    removeGraves(root)
  } finally {
    clearInterval(beating)
    process.removeListener('exit', release)
    release()
  }
}

function take (lock) {
  try {
    mkdirSync(lock)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() }))
  return true
}

/** Moves a dead owner's folder away, and says whether it is gone. */
function isStale (lock) {
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  const owner = ownerOf(lock)
  if (age < DEAD_MS && (owner === null || owner.host !== hostname() || isAlive(owner.pid))) return false
  // Named after the dead owner: of two that see it dead, the second can not move the new owner's folder to the same place.
  const grave = `${lock}-${owner?.token ?? 'unknown'}`
  try {
    renameSync(lock, grave)
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
    return error.code === 'ENOENT'
  }
  return true
}

function removeGraves (root) {
  for (const name of readdirSync(join(root, 'dist'))) {
    if (name.startsWith('.preparing-')) rmSync(join(root, 'dist', name), { recursive: true, force: true })
  }
}

function ownerOf (lock) {
  try {
    return JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'))
  } catch {
    return null // Just made, or just gone: its age decides.
  }
}

function isAlive (pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
