import { forgetToken, readToken } from './session.js'

/** What the node refused, with the code of its failure table. */
export class ApiError extends Error {
  constructor (code, message) {
    super(message)
    this.code = code
  }
}

/**
 * Asks the node.
 *
 * @param {string} method
 * @param {string} path from /api on
 * @param {unknown} [body]
 * @throws {ApiError} NODE_UNREACHABLE when it does not answer
 */
export async function ask (method, path, body) {
  const response = await fetchWithToken(path, { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
  const answer = await response.json()
  if (response.ok) return answer
  if (response.status === 401) {
    forgetToken()
    dispatchEvent(new Event('signedout'))
  }
  throw new ApiError(answer.code, answer.detail)
}

export async function fetchWithToken (path, { headers, ...options } = {}) {
  try {
    return await fetch(path, { ...options, headers: { ...headers, authorization: `Bearer ${readToken()}` } })
  } catch (cause) {
    if (cause.name === 'AbortError') throw cause
    throw new ApiError('NODE_UNREACHABLE', 'The node does not answer. Is it still running?')
  }
}
