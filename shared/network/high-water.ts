import type Corestore from 'corestore'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../durable-file.ts'
import { AppError } from '../errors.ts'

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
  #dirty = new Map<string, Marked>()
  #syncing: Promise<void> | null = null

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
    const marks = await this.#read()
    if ((marks[driveKey]?.index.length ?? 0) >= mark.index.length) return
    this.#marks = { ...marks, [driveKey]: mark }
    await writeDurably(this.#file, JSON.stringify(this.#marks, null, 2) + '\n')
  }

  /**
   * Returns when all that `drive` holds now is synced to the disk and marked. Calls at the same time share one sync.
   * (RocksDB's log is not synced by itself; `storage.flush()` does nothing for data, `storage.db.flush()` does.)
   */
  async sync (drive: Marked): Promise<void> {
    this.#dirty.set(drive.key, drive)
    // A sync under way may have begun before this drive's last append: wait for it, and take part in the next one.
    if (this.#syncing) await this.#syncing.catch(() => {}) // told to whom it was for
    this.#syncing ??= this.#sync().finally(() => { this.#syncing = null })
    await this.#syncing
  }

  async #sync (): Promise<void> {
    const drives = [...this.#dirty.values()]
    if (drives.length === 0) return
    this.#dirty.clear()
    try {
      const heads = await Promise.all(drives.map(async drive => [drive.key, await drive.head()] as const))
      await this.#store.storage.db.flush()
      const marks = { ...await this.#read(), ...Object.fromEntries(heads) }
      await writeDurably(this.#file, JSON.stringify(marks, null, 2) + '\n')
      this.#marks = marks
    } catch (error) {
      for (const drive of drives) this.#dirty.set(drive.key, drive)
      throw error
    }
  }

  async #read (): Promise<Record<string, DriveHead>> {
    if (this.#marks) return this.#marks
    const content = await readIfThere(this.#file)
    const marks: unknown = content ? parse(content) : {}
    if (!Value.Check(Marks, marks)) throw new AppError('BEHIND', `${this.#file} is damaged, so it is not known how far this machine has published. Nothing is written until it is put right.`)
    return (this.#marks = marks)
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
