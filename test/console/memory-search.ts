import type { SearchPart } from '../../console/server/search-part.ts'
import type { SearchPage } from '../../shared/api/search.ts'
import { AppError } from '../../shared/errors.ts'
import { issueNamed } from './samples.ts'

/** Finds the same for every word. */
export const memorySearch: SearchPart = {
  search: async (text: string, options: object): Promise<SearchPage> => {
    if (text === 'is:nothing') throw new AppError('BAD_QUERY', 'That is not known.')
    const title = [{ text, isHit: true }, { text: JSON.stringify(options), isHit: false }]
    return { results: [{ issue: issueNamed('One'), title, snippet: [] }], total: 1, isMore: false, next: null, index: { isComplete: true, indexed: 1, total: 1 } }
  },
  rebuild: async () => {}
}
