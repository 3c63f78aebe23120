import { AppError } from '../../shared/errors.ts'

const UNITS: Record<string, number> = {
  '': 1, b: 1, kb: 1000, mb: 1000 ** 2, gb: 1000 ** 3, tb: 1000 ** 4, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3, tib: 1024 ** 4
}

/**
 * `20GB`, `1.5 GiB`, `500000`, as bytes; `none`, for no limit, as null.
 *
 * @throws AppError BAD_REQUEST
 */
export function bytesIn (text: string): number | null {
  if (text.trim().toLowerCase() === 'none') return null
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (number === undefined || factor === undefined) throw new AppError('BAD_REQUEST', `${text} is not a size. Write one as 20GB, 500MB or 1.5GiB, or "none" for no limit.`)
  return Math.round(Number(number) * factor)
}
