import { inColumns } from './columns.ts'

/** Recovery words as they are written down: numbered, in four columns. */
export function wordsInColumns (words: string): string {
  const numbered = words.split(' ').map((word, i) => `${String(i + 1).padStart(2)} ${word}`)
  return inColumns(Array.from({ length: 6 }, (_, row) => [0, 6, 12, 18].map(start => numbered[start + row]!)), null)
}
