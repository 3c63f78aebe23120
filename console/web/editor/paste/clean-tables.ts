import { rename, styleOf, unwrap } from './dom.ts'

/** Tables that only arrange a page come apart; those that hold data get the head that Markdown asks for. */
export function cleanTables (body: HTMLElement): void {
  // The innermost first, so that what a table of tables arranges is whole when that comes apart.
  for (const table of [...body.querySelectorAll('table')].reverse()) {
    const rows = [...table.rows]
    const columns = Math.max(0, ...rows.map(({ cells }) => cells.length))
    if (columns < 2 || rows.length < 2 || table.querySelector('table, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, pre, hr')) takeApart(table)
    else giveHead(table, rows)
  }
}

function takeApart (table: HTMLTableElement): void {
  const cells = [...table.rows].flatMap(row => [...row.cells])
  const parts = cells.map(cell => rename(cell, 'div'))
  table.replaceWith(...parts)
}

function giveHead (table: HTMLTableElement, rows: HTMLTableRowElement[]): void {
  for (const block of table.querySelectorAll('td p, td div, th p, th div')) {
    if (block.nextSibling) block.after(block.ownerDocument.createElement('br'))
    unwrap(block)
  }
  for (const cell of table.querySelectorAll<HTMLElement>('td, th')) {
    const side = /text-align:\s*(left|right|center)/.exec(styleOf(cell))?.[1]
    if (side && side !== 'left') cell.setAttribute('align', side)
    while (cell.lastChild instanceof HTMLBRElement || (cell.lastChild instanceof Text && cell.lastChild.data.trim() === '')) cell.lastChild.remove()
  }
  const [head] = rows
  if (!table.querySelector('th')) for (const cell of [...head!.cells]) rename(cell, 'th')
}
