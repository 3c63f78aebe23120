/** What decides where an issue stands among those of its newsletter; all of it is signed. */
export interface Numbered {
  /** As its writer gave it, who may not have known of others. */
  number: number
  publishedAt: string
  id: string
}

/** The one order of a newsletter's issues: by number, then by time, then by id. */
export function compareNumbered (a: Numbered, b: Numbered): number {
  return a.number - b.number || compareText(a.publishedAt, b.publishedAt) || compareText(a.id, b.id)
}

/**
 * The number that readers see. Two writers who publish without knowing of each other give one number twice; then the
 * later one in the order goes up, and so do those behind it, as far as they have to.
 *
 * @param before what the issue before it is shown with; 0 for the first
 */
export function shownNumber ({ number }: Pick<Numbered, 'number'>, before: number): number {
  return Math.max(number, before + 1)
}

/** All issues of a newsletter in order, each with the number that readers see. */
export function numbered<T extends Numbered> (issues: T[]): { issue: T, shown: number }[] {
  let before = 0
  return [...issues].sort(compareNumbered).map(issue => {
    before = shownNumber(issue, before)
    return { issue, shown: before }
  })
}

/** By code unit, as what is signed here is ASCII: never by the reader's language. */
function compareText (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
