import { randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { diskReserve } from '../shared/disk-room.ts'

/** What a node needs to start: mostly what RocksDB takes for its log and its list of files before it writes anything. */
const BALLAST_BYTES = 32 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

/**
 * Room on the disk that is set aside while there is plenty, and given up where a node starts and there is none: so it
 * starts, and shows all that is here, on a disk that something else has filled.
 */
export class Ballast {
  #home: string
  #file: string
  #isLaid = false
  #wasGivenUp = false

  constructor ({ home, file }: { home: string, file: string }) {
    this.#home = home
    this.#file = file
  }

  /** It was needed at this start: what has filled the disk once may do so again. */
  get wasGivenUp (): boolean {
    return this.#wasGivenUp
  }

  /** Before anything is written. */
  async giveUp (): Promise<void> {
    const { freeBytes } = await diskReserve(this.#home)
    if (freeBytes >= BALLAST_BYTES) return
    await rm(this.#file, { force: true })
    this.#wasGivenUp = true
  }

  /** @param roomBytes what may be taken of the disk */
  async lay (roomBytes: number): Promise<void> {
    if (this.#isLaid || roomBytes < BALLAST_BYTES) return
    this.#isLaid = await stat(this.#file).then(({ size }) => size === BALLAST_BYTES, () => false)
    if (this.#isLaid) return
    const file = await open(this.#file, 'w', 0o600)
    try {
      // By chance: a disk that compresses would keep no room for zeros.
      for (let written = 0; written < BALLAST_BYTES; written += CHUNK_BYTES) await file.write(randomBytes(CHUNK_BYTES))
      this.#isLaid = true
    } finally {
      await file.close()
      if (!this.#isLaid) await rm(this.#file, { force: true })
    }
  }
}
