import { createClient, fetchSender } from '../../../shared/api/client.ts'

const KEY = 'colporteur.token'

/** The token that this page keeps. Not a cookie: on one host every port would get it. */
export function readToken (): string | null {
  return localStorage.getItem(KEY)
}

/** @param token that the node refused; a newer one stays */
export function forgetToken (token: string | null): void {
  if (readToken() === token) localStorage.removeItem(KEY)
}

/** Calls `listener` when another window of this browser was signed in or out. */
export function onTokenChange (listener: () => void): void {
  addEventListener('storage', ({ key }) => { if (key === KEY || key === null) listener() })
}

/**
 * Exchanges the one-time code in the page's address for a token, and takes the code out of the address.
 *
 * @throws AppError UNAUTHORIZED for a code that was used or is too old, NODE_UNREACHABLE
 */
export async function openSession (): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code === null) return
  history.replaceState(null, '', location.pathname)
  const { token } = await createClient(fetchSender({ url: location.origin, token: null })).openSession({ body: { code } })
  localStorage.setItem(KEY, token)
}
