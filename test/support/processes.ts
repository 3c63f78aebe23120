import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient, fetchSender } from '../../shared/api/client.ts'
import { MACHINE_KEY } from './machine-key.ts'

const MAIN = fileURLToPath(new URL('../../console/cli/main.js', import.meta.url))

export interface Finished { code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }

/** A real `colporteur` process. Knows nothing of the person's own home and settings. */
export class ColporteurProcess {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  stdout = ''
  stderr = ''
  #line: Promise<string>

  /** @param options `within`: a program, with its arguments, that runs it */
  constructor (args: string[], options: { input?: string, environment?: Record<string, string>, cwd?: string, within?: string[] } = {}) {
    const { PATH = '' } = process.env
    const [program, ...words] = [...options.within ?? [], process.execPath, MAIN, ...args] as [string, ...string[]]
    this.child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: { PATH, NO_COLOR: '1', COLPORTEUR_MACHINE_KEY: MACHINE_KEY, ...options.environment }
    })
    // A test that is cut short leaves nothing running.
    const end = (): void => { this.child.kill('SIGKILL') }
    process.once('exit', end)
    let told: (line: string) => void = () => {}
    this.#line = new Promise(resolve => { told = resolve })
    this.child.stdout!.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString()
      if (this.stdout.includes('\n')) told(this.stdout.slice(0, this.stdout.indexOf('\n')))
    })
    this.child.stderr!.on('data', (chunk: Buffer) => { this.stderr += chunk.toString() })
    this.child.stdin!.on('error', () => {}) // one that ends before it has read everything is told by its exit code
    this.child.stdin!.end(options.input ?? '')
    this.finished = once(this.child, 'close').then(([code, signal]) => {
      process.off('exit', end)
      told(this.stdout)
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout: this.stdout, stderr: this.stderr }
    })
  }

  /** The first line on stdout. */
  async firstLine (): Promise<string> {
    const line = await this.#line
    if (line === '') throw new Error(`The process ended without a word on stdout:\n${this.stderr}`)
    return line
  }

  /** kill -9, and wait until it is gone. */
  async kill (): Promise<void> {
    this.child.kill('SIGKILL')
    await this.finished
  }
}

/** Runs a command to its end. */
export async function run (args: string[], options: { input?: string, environment?: Record<string, string>, cwd?: string } = {}): Promise<Finished> {
  return await new ColporteurProcess(args, options).finished
}

/** A node in a process of its own, with a client for it. */
export interface NodeProcess { process: ColporteurProcess, client: Client, url: string, token: string }

export interface StartOptions {
  /** Of its console; 0, the usual: any free one. */
  port?: number
  /** Address of this machine on which it meets others. */
  bind?: string
  /** Besides the usual. */
  environment?: Record<string, string>
}

/** Begins to start a node, and does not wait for it. */
export function spawnNode (home: string, bootstrap: string, { port = 0, bind = '127.0.0.1', environment = {} }: StartOptions = {}): ColporteurProcess {
  return new ColporteurProcess(['start', '--headless', '--port', String(port), '--home', home, '--bootstrap', bootstrap, '--bind', bind], { environment })
}

export async function startNode (home: string, bootstrap: string, options: StartOptions = {}): Promise<NodeProcess> {
  const process = spawnNode(home, bootstrap, options)
  const url = new URL(await process.firstLine()).origin
  const token = (await readFile(join(home, 'token'), 'utf8')).trim()
  return { process, client: createClient(fetchSender({ url, token })), url, token }
}

/** The process of the node itself; the one that was started watches over it. Linux alone tells. */
export async function pidOfNode ({ process: { child: { pid } } }: Pick<NodeProcess, 'process'>): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}
