import type { Library } from './library.ts'
import type { IssuePlace } from './library-issue.ts'

const AT_ONCE = 1_000
/** Each may have a thousand parts. */
const BYTES_AT_ONCE = 1024 * 1024

/** Where all issues of a newsletter lie, some at a time. */
export async function * allPlaces (newsletter: string, library: Library): AsyncGenerator<IssuePlace> {
  for (let after = 0; ;) {
    const places = await library.places(newsletter, after, AT_ONCE, BYTES_AT_ONCE)
    yield * places
    if (places.length === 0) return
    after = places.at(-1)!.key
  }
}

/** Of those that are complete. */
export async function * readyPlaces (newsletter: string, library: Library): AsyncGenerator<IssuePlace> {
  for await (const place of allPlaces(newsletter, library)) if (place.state === 'ready') yield place
}
