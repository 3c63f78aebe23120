import { existsSync } from 'node:fs'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cabling, type Ends, type Machine, type MachineNode, startOn } from './namespaces.ts'
import { pidOfNode } from './processes.ts'
import { fill, smallDisk } from './small-disk.ts'

const CLOCK = new URL('./moved-clock.js', import.meta.url).href

export interface StormMemberParts {
  cabling: Cabling
  label: string
  /** Of `colporteur start`. */
  args: string[]
  /** Its home is a disk of its own that can be filled. */
  isOnSmallDisk?: boolean
  note: (what: string) => void
}

/** A machine with a node, to which things happen; what happened already does not happen again. */
export class StormMember {
  readonly label: string
  /** Issues that were complete there when it was last asked, with their revisions. */
  has: ReadonlyMap<string, number> = new Map()
  /** It was killed since it was last asked, and may have more than {@link has} says. */
  isUnknown = false
  #parts: StormMemberParts
  #machine: Machine
  #folder: string
  #disk: string | null
  #node: MachineNode | null = null
  #isPlugged = true
  #isPaused = false
  #isFull = false
  #offMs = 0

  private constructor (parts: StormMemberParts, machine: Machine, folder: string, disk: string | null) {
    this.label = parts.label
    this.#parts = parts
    this.#machine = machine
    this.#folder = folder
    this.#disk = disk
  }

  static async make (t: Ends, parts: StormMemberParts): Promise<StormMember> {
    const machine = parts.cabling.machine(parts.label)
    const folder = await mkdtemp(join(tmpdir(), 'colporteur-storm-'))
    const disk = parts.isOnSmallDisk ? await smallDisk(t, folder) : null
    const member = new StormMember(parts, machine, folder, disk)
    t.teardown(async () => {
      await member.#end()
      await rm(folder, { recursive: true, force: true })
    })
    await member.setClock(0)
    await member.open()
    return member
  }

  /** The node, while there is one that can answer. */
  get node (): MachineNode | null {
    return this.#isPaused ? null : this.#node
  }

  async open (): Promise<void> {
    if (this.#node) return
    const environment = { NODE_OPTIONS: `--import ${CLOCK}`, MOVED_CLOCK_FILE: this.#clock }
    this.#node = await startOn(this.#machine, join(this.#disk ?? this.#folder, 'home'), this.#parts.args, environment)
    this.#parts.note(`${this.label} starts`)
    this.isUnknown = false
  }

  async kill (): Promise<void> {
    if (!this.#node) return
    this.#parts.note(`${this.label} is killed`)
    await this.#end()
    this.isUnknown = true
  }

  /** As when the lid of a computer is closed: time goes on, and the node does not. */
  async pause (): Promise<void> {
    if (!this.#node || this.#isPaused) return
    this.#parts.note(`${this.label} is stopped`)
    await this.#signal('SIGSTOP')
    this.#isPaused = true
  }

  async resume (): Promise<void> {
    if (!this.#isPaused) return
    this.#parts.note(`${this.label} goes on`)
    await this.#signal('SIGCONT')
    this.#isPaused = false
  }

  plug (isIn: boolean): void {
    if (this.#isPlugged === isIn) return
    this.#parts.note(`${this.label} is ${isIn ? 'plugged in' : 'cut off'}`)
    this.#parts.cabling.plug(this.#machine, isIn)
    this.#isPlugged = isIn
  }

  /** Not before the node has set aside what it needs to start on a full disk. */
  async fillDisk (): Promise<void> {
    if (!this.#disk || this.#isFull || !existsSync(join(this.#disk, 'home', 'ballast'))) return
    this.#parts.note(`the disk of ${this.label} is full`)
    await fill(join(this.#disk, 'filling'))
    this.#isFull = true
  }

  async freeDisk (): Promise<void> {
    if (!this.#disk || !this.#isFull) return
    this.#parts.note(`the disk of ${this.label} has room`)
    await unlink(join(this.#disk, 'filling'))
    this.#isFull = false
  }

  /** @param offMs by so much its clock is ahead */
  async setClock (offMs: number): Promise<void> {
    if (offMs !== this.#offMs) this.#parts.note(`the clock of ${this.label} jumps to ${offMs / 3_600_000} h`)
    this.#offMs = offMs
    await writeFile(this.#clock, String(offMs))
  }

  async calm (): Promise<void> {
    await this.resume()
    await this.freeDisk()
    await this.setClock(0)
    this.plug(true)
    await this.open()
  }

  get #clock (): string {
    return join(this.#folder, 'clock')
  }

  /** One that is stopped does not notice that it is to end. */
  async #end (): Promise<void> {
    await this.resume()
    await this.#node?.kill()
    this.#node = null
  }

  /** To the node, and to the process that watches over it. */
  async #signal (signal: NodeJS.Signals): Promise<void> {
    const { process: own } = this.#node!
    const pids = [own.child.pid!, await pidOfNode({ process: own })]
    for (const pid of pids) process.kill(pid, signal)
  }
}
