import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Difference } from '../../../../shared/api/revisions.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Lines that are the same are shown so far around a change; the others are counted. */
const AROUND = 2

type Line = Difference['lines'][number]
/** Beside each other: what was there, and what stands there now. */
interface Row { left: Line | null, right: Line | null }

/** Two revisions side by side, where they differ. */
@customElement('revision-difference')
export class RevisionDifference extends ConsoleElement {
  @property({ attribute: false }) difference!: Difference

  override render (): TemplateResult {
    const { revising } = this.phrases
    const { from, to, fields, lines, tooLong } = this.difference
    const names: Record<string, string> = revising.fields
    const isSame = lines.every(({ kind }) => kind === 'same')
    return html`
      <table class="difference">
        <caption>${revising.difference(from.revision, to.revision)}</caption>
        <thead><tr><th scope="col">${revising.revisionNumber(from.revision)}</th><th scope="col">${revising.revisionNumber(to.revision)}</th></tr></thead>
        <tbody>
          ${fields.map(({ name, from, to }) => html`<tr><td><span class="meta">${names[name] ?? name}</span> <del dir="auto">${from}</del></td><td><span class="meta">${names[name] ?? name}</span> <ins dir="auto">${to}</ins></td></tr>`)}
          ${isSame ? html`<tr><td colspan="2" class="meta">${tooLong ? revising.tooLong : revising.noDifference}</td></tr>` : this.#rows(lines)}
        </tbody>
      </table>
    `
  }

  #rows (lines: Line[]): TemplateResult[] {
    const { revising } = this.phrases
    return parted(paired(lines)).map(part => typeof part === 'number'
      ? html`<tr><td colspan="2" class="meta">${revising.sameLines(part)}</td></tr>`
      : html`<tr>${cell(part.left)}${cell(part.right)}</tr>`)
  }
}

function cell (line: Line | null): TemplateResult {
  if (!line) return html`<td class="none"></td>`
  if (line.kind === 'same') return html`<td dir="auto">${line.text}</td>`
  return html`<td dir="auto">${line.text === '' ? nothing : line.kind === 'removed' ? html`<del>${line.text}</del>` : html`<ins>${line.text}</ins>`}</td>`
}

/** What was removed stands beside what came in its place. */
function paired (lines: Line[]): Row[] {
  const rows: Row[] = []
  let open = 0
  for (const line of lines) {
    if (line.kind === 'same') {
      rows.push({ left: line, right: line })
      open = rows.length
    } else if (line.kind === 'removed') rows.push({ left: line, right: null })
    else {
      while (open < rows.length && rows[open]!.right) open++
      if (open < rows.length) rows[open]!.right = line
      else rows.push({ left: null, right: line })
    }
  }
  return rows
}

/** Rows around changes; a number stands for so many rows that are the same. */
function parted (rows: Row[]): (Row | number)[] {
  const isChange = ({ left, right }: Row): boolean => left !== right
  const isNear = rows.map((_, i) => rows.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(isChange))
  const parts: (Row | number)[] = []
  for (const [i, row] of rows.entries()) {
    const last = parts.at(-1)
    if (isNear[i]) parts.push(row)
    else if (typeof last === 'number') parts[parts.length - 1] = last + 1
    else parts.push(1)
  }
  return parts
}
