/** MIME types by the end of the name: what newsletters are seen to carry. */
const types: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', svg: 'image/svg+xml',
  mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', opus: 'audio/ogg', flac: 'audio/flac', wav: 'audio/wav',
  mp4: 'video/mp4', webm: 'video/webm', pdf: 'application/pdf', epub: 'application/epub+zip', zip: 'application/zip', gz: 'application/gzip',
  txt: 'text/plain', csv: 'text/csv', json: 'application/json', xml: 'application/xml', ics: 'text/calendar', html: 'text/html', htm: 'text/html',
  odt: 'application/vnd.oasis.opendocument.text', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
}
const UNKNOWN = 'application/octet-stream'

/**
 * What a file is. For pictures the first bytes decide: a PNG that is named .jpg is a PNG, and what only has a picture's
 * name is of unknown type.
 *
 * @param start at least the first 16 bytes, if there are as many
 */
export function fileType (name: string, start: Uint8Array): string {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const named = Object.hasOwn(types, extension) ? types[extension]! : UNKNOWN
  const sniffed = sniff(start)
  if (sniffed) return sniffed
  return named.startsWith('image/') && named !== 'image/svg+xml' ? UNKNOWN : named
}

function sniff (start: Uint8Array): string | null {
  const text = String.fromCharCode(...start.subarray(0, 16))
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'image/webp'
  if (/^[^]{4}ftypavi[fs]/.test(text)) return 'image/avif'
  return null
}
