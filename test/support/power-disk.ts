import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createClient, fetchSender } from '../../shared/api/client.ts'
import type { Ends } from './namespaces.ts'
import { ColporteurProcess, type NodeProcess, pidOfNode } from './processes.ts'
import { until } from './until.ts'

const SIZE_BYTES = 640_000_000
/** Nothing is written by the file system itself that nobody has asked for, so that a copy of the disk can be made at one moment. */
const MAKE = ['mkfs.ext4', '-q', '-F', '-J', 'size=8', '-E', 'lazy_itable_init=1,lazy_journal_init=1']
const MOUNT = 'mount -o loop,noinit_itable "$0" "$1"'

/** Why no disk can be made here whose power can be cut; false: it can. */
export async function noPowerDisk (): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount a disk that lies in a file'
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-power-'))
  const image = join(folder, 'image')
  await writeFile(image, '')
  await truncate(image, 32_000_000)
  const isMade = spawnSync(MAKE[0]!, [...MAKE.slice(1), image]).status === 0
  const isMounted = isMade && spawnSync('unshare', ['-m', 'sh', '-c', MOUNT, image, '/mnt']).status === 0
  await rm(folder, { recursive: true })
  return isMounted ? false : 'no disk that lies in a file can be mounted here'
}

/**
 * A disk that lies in a file, with a file system of its own, which nobody else sees but by `path`. What was written to it
 * and not synced is with the system alone, and so is lost when the power is cut, as with any disk.
 */
export class PowerDisk {
  #image: string
  #cuts = 0
  #holder: ChildProcess | null = null

  private constructor (image: string) {
    this.#image = image
  }

  static async make (t: Ends, image: string): Promise<PowerDisk> {
    await mkdir(dirname(image), { recursive: true })
    await writeFile(image, '')
    await truncate(image, SIZE_BYTES)
    run(MAKE[0]!, ...MAKE.slice(1), image)
    const disk = new PowerDisk(image)
    t.teardown(() => disk.#letGo())
    await disk.#mount()
    return disk
  }

  /** It is there as long as somebody holds it, who ends with this process. */
  async #mount (): Promise<void> {
    const place = `${dirname(this.#image)}/mounted`
    await mkdir(place, { recursive: true })
    this.#holder = spawn('unshare', ['-m', 'sh', '-c', `${MOUNT} && echo mounted && exec cat`, this.#image, place], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(this.#holder.stdout!, 'data')
  }

  async #letGo (): Promise<void> {
    if (!this.#holder) return
    const ended = once(this.#holder, 'close')
    this.#holder.kill('SIGKILL')
    await ended
    this.#holder = null
    const image = this.#image
    await until('the system has let go of the disk', async () => await loopOf(image) === null)
  }

  /** Starts a node whose home is on this disk. */
  async start (t: Ends, bootstrap: string): Promise<NodeProcess> {
    const home = `${dirname(this.#image)}/mounted/home`
    const node = new ColporteurProcess(['start', '--headless', '--port', '0', '--home', home, '--bootstrap', bootstrap, '--bind', '127.0.0.1'],
      { within: ['nsenter', '-m', '-t', String(this.#holder!.pid)] })
    t.teardown(() => node.kill())
    const url = new URL(await node.firstLine()).origin
    const token = (await readFile(join('/proc', String(this.#holder!.pid), 'root', home, 'token'), 'utf8')).trim()
    return { process: node, client: createClient(fetchSender({ url, token })), url, token }
  }

  /** The power goes off under a node: what the disk itself has at that moment is all there is afterwards. It is mounted again. */
  async cut (node: NodeProcess): Promise<void> {
    const pid = await pidOfNode(node)
    process.kill(pid, 'SIGSTOP')
    const after = `${dirname(this.#image)}/image-${++this.#cuts}`
    await copyAtOnce(this.#image, after)
    // First who watches over it, and would start another.
    node.process.child.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    await node.process.finished
    await this.#letGo()
    await rm(this.#image)
    this.#image = after
    await this.#mount()
  }
}

/** The system may be writing to the disk just then, for all that the node is stopped: then it is copied again. */
async function copyAtOnce (image: string, copy: string): Promise<void> {
  const loop = await loopOf(image)
  await until('nothing was written while the disk was copied', async () => {
    const before = await writesOf(loop!)
    const copying = spawn('cp', ['--sparse=always', image, copy], { stdio: 'inherit' })
    const [code] = await once(copying, 'close') as [number]
    if (code !== 0) throw new Error('The disk could not be copied.')
    const after = await writesOf(loop!)
    return before.inFlight === 0 && after.inFlight === 0 && before.writes === after.writes
  })
}

/** The device that stands for an image; null: none does. */
async function loopOf (image: string): Promise<string | null> {
  const loops = (await readdir('/sys/block')).filter(name => name.startsWith('loop'))
  for (const loop of loops) {
    const file = await readFile(`/sys/block/${loop}/loop/backing_file`, 'utf8').catch(() => '')
    if (file.trim() === image) return loop
  }
  return null
}

async function writesOf (loop: string): Promise<{ writes: number, inFlight: number }> {
  const fields = (await readFile(`/sys/block/${loop}/stat`, 'utf8')).trim().split(/\s+/).map(Number)
  return { writes: fields[4]!, inFlight: fields[8]! }
}

function run (program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}
