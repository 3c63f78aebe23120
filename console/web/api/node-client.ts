import { type Client, createClient, fetchSender } from '../../../shared/api/client.ts'
import { readToken } from './session.ts'
import { withoutTurns } from './without-turns.ts'

/** The node's contract, called with this page's token. `onSignedOut` is told when the node does not accept it any more. */
export function createNodeClient (onSignedOut: () => void): Client {
  return createClient(async request => {
    const response = await fetchSender({ url: location.origin, token: readToken() })(request)
    if (response.status === 401) onSignedOut()
    return { ...response, body: withoutTurns(response.body) }
  })
}
