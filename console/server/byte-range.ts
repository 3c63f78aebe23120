export interface ByteRange { start: number, end: number }

/**
 * The one range that a Range header asks for, ends inclusive; null when the whole is to be sent: no header, several ranges,
 * or one that says nothing (RFC 9110 lets a server ignore those).
 */
export function byteRange (header: string | undefined, sizeBytes: number): ByteRange | 'notSatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  return start <= end ? { start, end } : 'notSatisfiable'
}
