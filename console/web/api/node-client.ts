import { type Client, createClient, fetchSender } from '../../../shared/api/client.ts'
import { readToken } from './session.ts'
import { withoutTurns } from './without-turns.ts'

/** The node's contract, called with this page's token. `onRefused` is told which one the node does not accept any more. */
export function createNodeClient (onRefused: (token: string | null) => void): Client {
  return createClient(async request => {
    const token = readToken()
    const response = await fetchSender({ url: location.origin, token })(request)
    if (response.status === 401) onRefused(token)
    // What an author writes stays as it was written, to be saved again.
    const isDraft = /^\/api\/(drafts|issues\/[^/]+\/draft)\b/.test(request.path)
    return { ...response, body: isDraft ? response.body : withoutTurns(response.body) }
  })
}
