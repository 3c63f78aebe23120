import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Client, createClient, fetchSender } from '../../../shared/api/client.ts'
import { pathsOf } from '../../../shared/config.ts'
import { AppError } from '../../../shared/errors.ts'

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))

/** A node in a process of its own. */
export interface Actor {
  name: string
  pid: number
  url: string
  client: Client
  /** Ends it as a power cut would. */
  kill (): Promise<void>
}

/** The real processes of a demonstration, on loopback alone, and the folder they live in. */
export class Cast {
  #folder: string
  #children: ChildProcess[] = []
  #bootstrap = ''

  #abandon = (): void => {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  private constructor (folder: string) {
    this.#folder = folder
    // As where nobody reads on what is printed: nothing else ends them then.
    process.once('exit', this.#abandon)
  }

  static async gather (): Promise<Cast> {
    return new Cast(await mkdtemp(join(tmpdir(), 'colporteur-demo-')))
  }

  get folder (): string { return this.#folder }

  /** Starts a private DHT; gives how to end it. */
  async startBootstrap (): Promise<() => Promise<void>> {
    const { child, line } = await this.#start(['bootstrap', '--bind', '127.0.0.1', '--port', '0'])
    this.#bootstrap = line
    return () => kill(child)
  }

  async startNode (name: string): Promise<Actor> {
    const home = join(this.#folder, name)
    const { child, line } = await this.#start(['start', '--headless', '--port', '0', '--home', home, '--bind', '127.0.0.1', '--bootstrap', this.#bootstrap])
    const url = new URL(line).origin
    const token = (await readFile(pathsOf(home).token, 'utf8')).trim()
    return { name, pid: child.pid!, url, client: createClient(fetchSender({ url, token })), kill: () => kill(child) }
  }

  /** Ends everything, and leaves nothing behind unless `keep` says so. */
  async dismiss (keep: boolean): Promise<void> {
    process.off('exit', this.#abandon)
    await Promise.all(this.#children.map(kill))
    if (!keep) await rm(this.#folder, { recursive: true, force: true })
  }

  async #start (args: string[]): Promise<{ child: ChildProcess, line: string }> {
    // Without the environment: whatever this machine is set up for, the demonstration stays on loopback.
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { NO_COLOR: '1' } })
    this.#children.push(child)
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => { told = (told + chunk.toString()).slice(-2_000) })
    const lines = createInterface({ input: child.stdout })
    const first = await Promise.race([once(lines, 'line'), once(child, 'close').then(() => null)])
    if (!first) throw new AppError('INTERNAL', `"colporteur ${args[0]}" ended at once:\n${told}`)
    return { child, line: first[0] as string }
  }
}

async function kill (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}
