const GAP = 2
const ELLIPSIS = '…'

/**
 * Rows with their cells under each other. Where there is a terminal the widest column is cut to fit it.
 *
 * @param columns of the terminal; null: nothing is cut
 */
export function inColumns (rows: string[][], columns: number | null): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => [...row[i]!].length)))
  const over = columns === null ? 0 : widths.reduce((sum, width) => sum + width + GAP, -GAP) - columns
  if (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = Math.max(8, widths[widest]! - over)
  }
  return rows.map(row => row.map((cell, i) => i === row.length - 1 ? cut(cell, widths[i]!) : cut(cell, widths[i]!).padEnd(widths[i]! + GAP)).join('').trimEnd()).join('\n')
}

function cut (text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : characters.slice(0, width - 1).join('') + ELLIPSIS
}
