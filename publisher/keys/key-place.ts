import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'

const FileMark = Type.Object({ inode: Type.String(), born: Type.String() })

/** Where the keys of a writer were made: a copy of their file is another file. */
const Place = Type.Object({
  drive: Type.String(),
  ...FileMark.properties,
  /** The file that is about to take the place of that one, with the same keys in it. */
  next: Type.Optional(FileMark)
})

/** Instead of the key of a drive. */
const ANY = 'any'

/** Knows whether the keys of a newsletter's writer lie where they were made, by a file beside them. */
export class KeyPlace {
  #file: string
  #keys: string

  /** @param keys the file in which the keys lie */
  constructor (folder: string, keys: string) {
    this.#file = join(folder, 'place.json')
    this.#keys = keys
  }

  /** False when the keys lie elsewhere than where they were made. Where nothing is known of that, this is the place. */
  async isHere (drive: string): Promise<boolean> {
    const content = await readIfThere(this.#file)
    const place: unknown = content && parse(content)
    if (!Value.Check(Place, place) || (place.drive !== drive && place.drive !== ANY)) {
      await this.mark(drive)
      return true
    }
    const { inode, born } = await markOf(this.#keys)
    return [place, place.next].some(mark => mark !== undefined && mark.inode === inode && mark.born === born)
  }

  /** They were made here. */
  async mark (drive: string): Promise<void> {
    await this.#write({ drive, ...await markOf(this.#keys) })
  }

  /** They are about to be written anew here: killed in between, they are still at home, whichever file it is. */
  async markBoth (drive: string, draft: string): Promise<void> {
    await this.#write({ drive, ...await markOf(this.#keys), next: await markOf(draft) })
  }

  /** Whatever keys lie here now must not be written with any more, also where they can't be read. */
  async disown (): Promise<void> {
    await this.#write({ drive: ANY, inode: '', born: '' })
  }

  async forget (): Promise<void> {
    await rm(this.#file, { force: true })
  }

  async #write (place: Static<typeof Place>): Promise<void> {
    await writeDurably(this.#file, JSON.stringify(place, null, 2) + '\n')
  }
}

async function markOf (file: string): Promise<Static<typeof FileMark>> {
  const { ino, birthtimeMs } = await stat(file)
  return { inode: String(ino), born: String(birthtimeMs) }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
