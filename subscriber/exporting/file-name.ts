/** Most systems take 255 bytes: with this many characters and an ending, a name stays below. */
const NAME_CHARACTERS = 80
/** Names of devices, which Windows takes for no file, whatever ending follows. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A name for a file from a title that a stranger wrote: of this folder, on every system, visible, and no option of a
 * program that it is given to.
 *
 * @param ending with its dot
 */
export function fileName (title: string, ending: string): string {
  const name = firstCharacters(title.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, ' '), NAME_CHARACTERS).replace(/^[\s.~-]+|[\s.]+$/g, '')
  if (name === '') return `newsletter${ending}`
  return `${DEVICE.test(name.split('.')[0]!.trim()) ? `${name}_` : name}${ending}`
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
