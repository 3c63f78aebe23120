import { spawn } from 'node:child_process'

const HEARTBEAT_MS = 15_000

/**
 * Runs a program and keeps what it prints. On a terminal, `show` lets it speak for itself.
 *
 * @returns {Promise<{ code: number, output: string }>} code 127 when it can not be started
 */
export function runProgram (command, args, { cwd, env = process.env, show = false, onWait = () => {} }) {
  return new Promise(resolve => {
    // Only npm.cmd needs the shell, and none of its arguments needs quoting.
    const child = spawn(command, args, { cwd, env, shell: command.endsWith('.cmd'), stdio: ['ignore', show ? 2 : 'pipe', show ? 2 : 'pipe'] })
    const started = Date.now()
    const waiting = setInterval(() => onWait(Math.round((Date.now() - started) / 1000)), HEARTBEAT_MS)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', text => { output += text })
    const end = (code, text) => {
      clearInterval(waiting)
      resolve({ code, output: text })
    }
    child.on('error', error => end(127, error.message))
    child.on('close', (code, signal) => end(code ?? 1, signal ? `${output}\nended by ${signal}` : output))
  })
}
