import { AppError } from '../../shared/errors.ts'

/** The last issue of a page: the next page begins after it, whatever has been added in between. */
export interface PagePlace {
  publishedAt: string
  id: string
  /** The newsletter's key in the index: settles the order of two issues with one date and one id. */
  newsletter: number
}

export function writeCursor ({ publishedAt, id, newsletter }: PagePlace): string {
  return Buffer.from(JSON.stringify([publishedAt, id, newsletter])).toString('base64url')
}

/** @throws AppError BAD_REQUEST */
export function readCursor (cursor: string): PagePlace {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === 3) {
      const [publishedAt, id, newsletter] = place as unknown[]
      if (typeof publishedAt === 'string' && typeof id === 'string' && Number.isSafeInteger(newsletter)) {
        return { publishedAt, id, newsletter: newsletter as number }
      }
    }
  } catch {
    // Not JSON: refused below like everything else that we did not write.
  }
  throw new AppError('BAD_REQUEST', 'The cursor does not come from a page before. Take it from "next", unchanged, or leave it out for the first page.')
}
