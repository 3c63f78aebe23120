import { spawn } from 'node:child_process'
import { TapReader } from './tap-results.mjs'

/** After its own limit a file has so long to say what hung, before it is killed. */
const LAST_WORDS_MS = 20_000
const FIRST = ['tell-cost.mjs', 'short-life.mjs'].map(name => `--import=${new URL(name, import.meta.url).href}`)

/**
 * Runs one built test file in a process of its own. Without tap's own runner, whose loaders cost each file more than a
 * second and are for tests that are not built.
 *
 * @returns {Promise<{ file: object, stderr: string, cpuSeconds: number }>} `file`: the block that {@link TapReader} made of
 *   what it printed; `cpuSeconds`: what it has cost, 0 where it could not say so
 */
export function runTestFile (path, { name, cwd, env, seconds }) {
  return new Promise(resolve => {
    const started = Date.now()
    const child = spawn(process.execPath, ['--enable-source-maps', ...FIRST, path], {
      cwd, env: { ...env, TAP: '1', TAP_TIMEOUT: String(seconds) }, stdio: ['ignore', 'pipe', 'pipe', 'pipe']
    })
    const hung = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + LAST_WORDS_MS)
    let [stdout, stderr, cost] = ['', '', '']
    child.stdout.setEncoding('utf8').on('data', text => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', text => { stderr += text })
    child.stdio[3].setEncoding('utf8').on('data', text => { cost += text })
    const end = (code, signal) => {
      clearTimeout(hung)
      if (signal) stderr += `\nended by ${signal}`
      resolve({ file: fileOf(name, stdout, { ok: code === 0, timeMs: Date.now() - started }), stderr, cpuSeconds: Number(cost) })
    }
    child.on('error', () => end(127))
    child.on('close', end)
  })
}

/** What a file printed, as tap would print it among others. */
function fileOf (name, tap, { ok, timeMs }) {
  let file = null
  const reader = new TapReader(read => { file = read })
  reader.read(`# Subtest: ${name}`)
  for (const line of tap.split('\n')) reader.read(`    ${line}`)
  reader.read(`${ok ? 'ok' : 'not ok'} 1 - ${name} # time=${timeMs}ms`)
  reader.end()
  return file
}
