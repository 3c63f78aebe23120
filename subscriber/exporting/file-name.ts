import { AppError } from '../../shared/errors.ts'
import { ignoringCase, isDeviceName } from '../../shared/name-rules.ts'

/** Most systems take 255 bytes: with this many characters and an ending, a name stays below. */
const NAME_CHARACTERS = 80

/**
 * A name for a file from a title that a stranger wrote: of this folder, on every system, visible, and no option of a
 * program that it is given to.
 *
 * @param ending with its dot
 */
export function fileName (title: string, ending: string): string {
  const name = firstCharacters(title.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, ' '), NAME_CHARACTERS).replace(/^[\s.~-]+|[\s.]+$/g, '')
  if (name === '') return `newsletter${ending}`
  return `${isDeviceName(name) ? `${name}_` : name}${ending}`
}

/** Of the 260 that Windows gives to a whole path. */
const FILE_CHARACTERS = 120
/** Of the 255 that most systems give to a name: with room for the number that makes it unique. */
const FILE_BYTES = 247

/**
 * Names that every system can hold for the files of one issue, by those that its writer gave them. What can be held stays as it
 * is; of names that differ in case alone, the first does.
 */
export function holdableNames (names: string[]): Map<string, string> {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  /** Of names that would be the same: the next number. */
  const numbers = new Map<string, number>()
  const give = (name: string, held: string): void => {
    given.set(name, held)
    taken.add(ignoringCase(held))
  }
  for (const name of names) if (holdable(name) === name && !taken.has(ignoringCase(name))) give(name, name)
  for (const name of names) {
    if (given.has(name)) continue
    const [whole, ending] = partsOf(holdable(name))
    const stem = firstBytes(whole, FILE_BYTES - Buffer.byteLength(ending))
    let held = stem + ending
    const same = ignoringCase(held)
    let n = numbers.get(same) ?? 2
    while (taken.has(ignoringCase(held))) held = `${stem}-${n++}${ending}`
    numbers.set(same, n)
    give(name, held)
  }
  return given
}

/**
 * For files that have to keep their names.
 *
 * @throws AppError BAD_NAME for one that Windows takes for a device, for a stream of another file, or for another name
 */
export function checkNamesForWindows (names: string[]): void {
  const taken = new Set<string>()
  for (const name of names) {
    const isNone = /[<>:"|?*]|[\s.]$/.test(name) || isDeviceName(name) || taken.has(ignoringCase(name))
    if (isNone) throw new AppError('BAD_NAME', `Windows can not hold the file ${JSON.stringify(name)} under its name, by which it is signed. Export the issue with --as markdown, where it gets another.`)
    taken.add(ignoringCase(name))
  }
}

function holdable (name: string): string {
  const [stem, ending] = partsOf(name.replace(/[<>:"/\\|?*]+/g, '-'))
  const held = (firstCharacters(stem, FILE_CHARACTERS - ending.length) + ending).replace(/[\s.]+$/, '') || 'file'
  return isDeviceName(held) ? `_${held}` : held
}

function partsOf (name: string): [stem: string, ending: string] {
  const [, stem = name, ending = ''] = /^(.+)(\.[^.\s]{1,20})$/s.exec(name) ?? []
  return [stem, ending]
}

/** A name for a folder, of letters and digits alone; '' where the title has none. */
export function slugOf (title: string, characters: number): string {
  const words = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-')
  return firstCharacters(words.replace(/^-/, ''), characters).replace(/-$/, '')
}

/** As many UTF-16 units at most, and no half of a character. */
function firstCharacters (text: string, count: number): string {
  return text.slice(0, count).replace(/[\uD800-\uDBFF]$/, '')
}

/** As many bytes of UTF-8 at most; where that is less than all of it, it does not end as no name may. */
function firstBytes (text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const characters = [...text]
  while (Buffer.byteLength(characters.join('')) > bytes) characters.pop()
  return characters.join('').replace(/[\s.]+$/, '') || 'file'
}
