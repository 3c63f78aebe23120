import type { RootStore } from '../shared/network/root-store.ts'
import type { CopiesLibrary } from '../publisher/copies/copies-library.ts'
import type { Library } from '../subscriber/library/library.ts'

/** Where the issues of a newsletter lie, for counting their copies. */
export function copiesLibrary (roots: RootStore, library: Library): CopiesLibrary {
  return {
    heldIssues: async address => {
      const [placed, known] = await Promise.all([library.placedIssues(address), roots.get(address)])
      const drives = new Map(known?.chain.newest.writers.map(({ id, drive }) => [id, drive]))
      return placed.flatMap(({ writer, ...issue }) => drives.has(writer) ? [{ ...issue, drive: drives.get(writer)! }] : [])
    }
  }
}
