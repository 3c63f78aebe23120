import { join } from 'node:path'

export interface LibraryFiles {
  /** The index: can be built anew from the drives at any time. */
  index: string
  /** What was read, saved and highlighted: nothing else has it. */
  marks: string
}

/** As they are called where it matters which. */
export type LibraryFile = keyof LibraryFiles

/** First the one that nothing else has. */
export const LIBRARY_FILES: readonly LibraryFile[] = ['marks', 'index']

/** What is said of each when it is damaged. */
export const DAMAGED: Readonly<Record<LibraryFile, string>> = {
  index: 'The index of the library is damaged. Start the node again: it is then built anew from the drives.',
  marks: 'The file of what was read, saved and highlighted here is damaged. Start the node again: what can be read of it is then put into a new one.'
}

export function libraryFiles (folder: string): LibraryFiles {
  return { index: join(folder, 'library.sqlite'), marks: join(folder, 'reader.sqlite') }
}
