import { join } from 'node:path'

export interface LibraryFiles {
  /** The index: can be built anew from the drives at any time. */
  index: string
  /** What was read, saved and highlighted: nothing else has it. */
  marks: string
}

export function libraryFiles (folder: string): LibraryFiles {
  return { index: join(folder, 'library.sqlite'), marks: join(folder, 'reader.sqlite') }
}
