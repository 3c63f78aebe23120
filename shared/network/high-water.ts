import type Corestore from 'corestore'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../durable-file.ts'
import { AppError } from '../errors.ts'
import { Turns } from '../turns.ts'

const CoreHead = Type.Object({ length: Type.Integer(), fork: Type.Integer(), treeHash: Type.String() })
export type CoreHead = Static<typeof CoreHead>

export const DriveHead = Type.Object({ index: CoreHead, blobs: CoreHead })
/** How far a writer's drive has been published: its two cores. */
export type DriveHead = Static<typeof DriveHead>

const Marks = Type.Record(Type.String(), DriveHead)

interface Marked {
  key: string
  head (): Promise<DriveHead>
}

/**
 * What was said to be published is on the disk, and stands in a file apart from the store, so that a store that comes
 * back older (power cut, restored backup) is noticed before anything is written on.
 */
export class HighWater {
  #store: Corestore
  #file: string
  #marks: Record<string, DriveHead> | null = null
  /** Drives that shall be part of the next sync. */
  #waiting = new Map<string, Marked>()
  #syncing: Promise<Map<string, unknown>> | null = null
  #turns = new Turns()

  constructor (store: Corestore, file: string) {
    this.#store = store
    this.#file = file
  }

  /** The mark of a drive, or null when nothing was published from it yet. */
  async markOf (driveKey: string): Promise<DriveHead | null> {
    return (await this.#read())[driveKey] ?? null
  }

  /** Takes over a mark from elsewhere, where it is further than the one here. */
  async remember (driveKey: string, mark: DriveHead): Promise<void> {
    await this.#raise([[driveKey, mark]])
  }

  /**
   * Returns when all that `drive` holds now is synced to the disk and marked. Calls at the same time share one sync.
   * (RocksDB's log is not synced by itself; `storage.flush()` does nothing for data, `storage.db.flush()` does.)
   */
  async sync (drive: Marked): Promise<void> {
    this.#waiting.set(drive.key, drive)
    // A sync under way may have begun before this drive's last append: wait for it, and take part in the next one.
    if (this.#syncing) await this.#syncing.catch(() => {}) // told to whom it was for
    this.#syncing ??= this.#sync().finally(() => { this.#syncing = null })
    const failed = await this.#syncing
    if (failed.has(drive.key)) throw failed.get(drive.key)
  }

  /**
   * What fails as a whole is told to those who wait for it, and done with the next sync.
   *
   * @returns why single drives can not be marked, by their keys
   */
  async #sync (): Promise<Map<string, unknown>> {
    const drives = [...this.#waiting.values()]
    this.#waiting.clear()
    const failed = new Map<string, unknown>()
    const heads = await Promise.all(drives.map(async drive => {
      const head = await drive.head().catch((error: unknown) => void failed.set(drive.key, error))
      return [drive.key, head] as const
    }))
    try {
      await this.#store.storage.db.flush()
      await this.#raise(heads.flatMap(([key, head]) => head ? [[key, head] as const] : []))
    } catch (error) {
      for (const drive of drives) if (!failed.has(drive.key) && !this.#waiting.has(drive.key)) this.#waiting.set(drive.key, drive)
      throw error
    }
    return failed
  }

  /** Writes those marks that are further than what is known: a lower one would let an older store pass for the newest. */
  async #raise (marks: (readonly [driveKey: string, mark: DriveHead])[]): Promise<void> {
    // What others write meanwhile has to be in what is written here.
    await this.#turns.inTurn(this.#file, async () => {
      const known = await this.#read()
      const raised = marks.filter(([driveKey, mark]) => isFurther(mark, known[driveKey]))
      if (raised.length === 0) return
      const next = { ...known, ...Object.fromEntries(raised) }
      await writeDurably(this.#file, JSON.stringify(next, null, 2) + '\n')
      this.#marks = next
    })
  }

  async #read (): Promise<Record<string, DriveHead>> {
    if (this.#marks) return this.#marks
    const content = await readIfThere(this.#file)
    const marks: unknown = content ? parse(content) : {}
    if (!Value.Check(Marks, marks)) throw new AppError('BEHIND', `${this.#file} is damaged, so it is not known how far this machine has published. Nothing is written until it is put right.`)
    return (this.#marks = marks)
  }
}

function isFurther ({ index, blobs }: DriveHead, known: DriveHead | undefined): boolean {
  if (!known) return true
  return index.length >= known.index.length && blobs.length >= known.blobs.length && index.length + blobs.length > known.index.length + known.blobs.length
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
