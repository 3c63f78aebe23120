// Loaded into a test file's process before all else: at its end it tells, on a pipe of its own, what it has cost.
import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { cpuSeconds } from './cpu-seconds.mjs'

const PIPE = 3

if (isMainThread) process.once('exit', () => { writeSync(PIPE, String(cpuSeconds())) })
