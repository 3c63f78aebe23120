/** Pictures that browsers know and that run nothing where they stand in a page. */
export type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/svg+xml'

/** As many of the first bytes tell what a picture is, but for an SVG, which is a text. */
export const TYPE_BYTES = 64

/** What the first bytes tell; null when they are those of no picture that is shown. */
export function pictureType (start: Uint8Array): Exclude<PictureType, 'image/svg+xml'> | null {
  const text = Buffer.from(start.buffer, start.byteOffset, Math.min(TYPE_BYTES, start.length)).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'image/webp'
  // The brand, its version, and the other brands that it goes by.
  const length = start.length >= 4 ? Buffer.from(start.buffer, start.byteOffset, 4).readUInt32BE() : 0
  if (text.slice(4, 8) === 'ftyp' && /^(?:[^]{4})*?avi[fs]/.test(text.slice(8, 12) + text.slice(16, Math.min(length, TYPE_BYTES)))) return 'image/avif'
  return null
}
