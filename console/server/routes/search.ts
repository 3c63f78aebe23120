import type { FastifyInstance } from 'fastify'
import { search as api } from '../../../shared/api/search.ts'
import { implement } from '../register.ts'
import type { SearchPart } from '../search-part.ts'

export interface SearchRouteParts { search: SearchPart }

export function search (app: FastifyInstance, { search }: SearchRouteParts): void {
  implement(app, api.searchIssues, async ({ query: { q, ...options } }) => await search.search(q, options))
}
