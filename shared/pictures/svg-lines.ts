import { NotShown } from './not-shown.ts'
import { localName } from './read-xml.ts'
import { usesOf } from './svg-style.ts'

/** @property readings what its value may be, by who reads it */
export interface Attribute { name: string, value: string, readings: Set<string> }

/** What something becomes as a drawing moves. */
const CHANGES = new Set(['to', 'from', 'by', 'values'])
/** They name another part without saying that it is one. */
export const NAMING: ReadonlySet<string> = new Set(['href', ...CHANGES])
/** What is drawn, or which part is. */
const DRAWN = new Set(['d', 'points', 'href'])

/** @throws NotShown where what all in it is painted with, or what stands elsewhere, is another after a while: nobody draws so */
export function checkChange (attributes: Attribute[]): void {
  const changed = attributes.find(({ name }) => name === 'attributeName')?.value.trim().toLowerCase()
  const isPaint = changed === 'class' || changed === 'style' || attributes.some(({ name, readings }) => CHANGES.has(name) && usesOf('', readings).length > 0)
  if (isPaint) throw new NotShown('it changes what its parts are painted with')
  if (changed === undefined || !DRAWN.has(localName(changed))) return
  if (attributes.some(({ name }) => localName(name) === 'href')) throw new NotShown('it changes the lines of its parts from elsewhere')
}

/** How many points a line has at most, or half of them. */
export function pointsOf (attributes: Attribute[]): number {
  return linesIn(attributes).reduce((points, { value }) => points + pointsIn(value), 1)
}

/** What it takes to write all that is drawn there. */
export function drawnLength (attributes: Attribute[]): number {
  return linesIn(attributes).reduce((length, { value }) => length + value.length, 0)
}

export function pointsIn (line: string): number {
  return Math.max(countOf(/[a-z]/gi, line), countOf(/\d*\.?\d+/g, line) / 2)
}

function linesIn (attributes: Attribute[]): Attribute[] {
  return attributes.filter(({ name, readings }) => name === 'd' || name === 'points' || CHANGES.has(name) || (name === 'style' && [...readings].some(reading => /path\s*\(/i.test(reading))))
}

function countOf (what: RegExp, text: string): number { return text.match(what)?.length ?? 0 }
