import { ignoringCase, isDeviceName } from '../../shared/name-rules.ts'

const NAME_BYTES = 255

/** Names for the files of one issue: allowed by the format, and different on a system that ignores case, too. */
export class SafeNames {
  #given = new Set<string>()

  /** A name made of `name` that was not given before. */
  next (name: string): string {
    const safe = safeName(name)
    const extension = /(?<=.)\.[^.]{1,20}$/.exec(safe)?.[0] ?? ''
    const stem = safe.slice(0, safe.length - extension.length)
    let unique = safe
    for (let n = 2; this.#given.has(ignoringCase(unique)); n++) unique = `${stem}-${n}${extension}`
    this.#given.add(ignoringCase(unique))
    return unique
  }
}

/** NFC; letters, digits and plain punctuation stay, so that the name needs no escaping in a text or an address. */
function safeName (name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[-.]+|\.+$/g, '') || 'file'
  const safe = isDeviceName(plain) ? `file-${plain}` : plain
  // Room for the number that makes it unique.
  const limitBytes = NAME_BYTES - 8
  if (Buffer.byteLength(safe) <= limitBytes) return safe
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? ''
  let stem = safe.slice(0, safe.length - extension.length)
  while (Buffer.byteLength(stem + extension) > limitBytes) stem = [...stem].slice(0, -1).join('')
  return (stem + extension).normalize('NFC')
}
