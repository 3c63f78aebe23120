import { NotShown } from './not-shown.ts'

/*
 * A drawing that is shown as a picture loads nothing from elsewhere. It may bring other files along in addresses (`data:`), and a
 * browser reads those: another drawing, or a style sheet, would be one that nobody has looked through.
 */

/** @throws NotShown for a value of an element, by whoever's reading, that brings along what has parts */
export function checkAddresses (element: string, readings: Set<string>): void {
  for (const reading of readings) {
    if (!/data:/i.test(reading)) continue
    if (/data:\s*[^,;]*(?:xml|html|rdf|svg)/i.test(reading)) throw new NotShown('there is another drawing in it')
    if (element === 'link' || /@import|data:\s*text\/css/i.test(reading)) throw hasSheets()
  }
}

/** @throws NotShown for a style sheet that a drawing names before its root (`<?xml-stylesheet …?>`), unless it is from elsewhere */
export function checkInstruction (instruction: string): void {
  if (/^xml-stylesheet\s/.test(instruction) && /data:|[&#]/i.test(instruction.replace(/[\t\n\r]/g, ''))) throw hasSheets()
}

function hasSheets (): NotShown { return new NotShown('it has style sheets that are not looked through') }
