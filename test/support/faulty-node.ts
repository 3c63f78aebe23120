import { OPEN_ANEW } from '../../console/cli/supervise.ts'

/** What a node that is started with it does on a signal, as no message from outside could make it. Only Linux tells which process the node is. */
const FAULTS = `
if (process.send) {
  process.on('SIGUSR2', () => { throw new Error('nobody caught it: 192.0.2.7') })
  process.on('SIGHUP', () => { while (true); })
  process.on('SIGALRM', () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })
}`

/** Throws (SIGUSR2), hangs at work (SIGHUP), or hangs asleep (SIGALRM). */
export const FAULTY = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(FAULTS)}` }

/** So many times it has to be opened anew before anything of it is open; the file remembers how often it was. */
export function opensAnew (file: string, times: number): Record<string, string> {
  const code = `
import { appendFileSync, readFileSync } from 'node:fs'
if (process.send) {
  // The first that opening does.
  process.umask = () => {
    appendFileSync(${JSON.stringify(file)}, '.')
    if (readFileSync(${JSON.stringify(file)}).length <= ${times}) process.exit(${OPEN_ANEW})
  }
}`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` }
}

/** While it is opened it hangs, as long as there is no such file; it makes it. */
export function hangsWhileOpening (file: string): Record<string, string> {
  const code = `
import { existsSync, writeFileSync } from 'node:fs'
if (process.send && !existsSync(${JSON.stringify(file)})) {
  // The first that opening does.
  process.umask = () => {
    writeFileSync(${JSON.stringify(file)}, '')
    while (true);
  }
}`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` }
}

/** On SIGHUP it hangs until another process is started beside it, whose pid it writes into the file; then it goes on, or not. Only Linux tells of processes. */
export function hangsUntilDoubted (file: string, { goesOn }: { goesOn: boolean }): Record<string, string> {
  const code = `
import { readFileSync, writeFileSync } from 'node:fs'
if (process.send) {
  process.on('SIGHUP', () => {
    let pids = []
    while (pids.length < 2) pids = readFileSync('/proc/' + process.ppid + '/task/' + process.ppid + '/children', 'utf8').trim().split(' ')
    writeFileSync(${JSON.stringify(file)}, pids[1])
    while (${!goesOn});
  })
}`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` }
}
