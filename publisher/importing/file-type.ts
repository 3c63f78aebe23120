import { pictureType } from '../../shared/pictures/picture-type.ts'

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
 * @param start at least the first 64 bytes, if there are as many
 */
export function fileType (name: string, start: Uint8Array): string {
  const named = namedType(name)
  const picture = pictureType(start)
  if (picture) return picture
  return named.startsWith('image/') && named !== 'image/svg+xml' ? UNKNOWN : named
}

/** What its name says that a file is. */
export function namedType (name: string): string {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(types, extension) ? types[extension]! : UNKNOWN
}
