const KEY = 'colporteur.token'

/** The token that this page keeps. Not a cookie: on one host every port would get it. */
export function readToken () {
  return localStorage.getItem(KEY)
}

export function forgetToken () {
  localStorage.removeItem(KEY)
}

/**
 * Exchanges the one-time code in the page's address for a token, and takes the code out of the address.
 *
 * @returns {Promise<string | null>} why it did not work, or null
 */
export async function openSession () {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (!code) return null
  history.replaceState(null, '', location.pathname)
  const response = await fetch('/api/sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
  const answer = await response.json()
  if (!response.ok) return answer.detail
  localStorage.setItem(KEY, answer.token)
  return null
}
