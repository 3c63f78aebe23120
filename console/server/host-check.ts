import type { FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'

/** What says who asks: Node takes the first of several, and something between a browser and here may have believed the other. */
const ONCE = ['host', 'origin', 'authorization', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest']

/** The names of loopback, and those of `hosts`, as a Host header writes them. */
export function hostNames (hosts: string[]): Set<string> {
  return new Set(['127.0.0.1', 'localhost', '[::1]', ...hosts.map(host => host.includes(':') ? `[${host}]` : host.toLowerCase())])
}

/**
 * Stops names that were rebound to this machine, and requests that say twice who they are.
 *
 * @throws AppError MISDIRECTED, BAD_REQUEST
 */
export function checkHost ({ headers, raw }: FastifyRequest, names: Set<string>): void {
  const { name, port } = hostOf(headers.host)
  // A call from within the process has no socket, and so the port that an address without one means.
  const isOurs = names.has(name.toLowerCase()) && Number(port || '80') === (raw.socket.localPort ?? 80)
  const twice = ONCE.find(header => raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === header).length > 1)
  // Once more in the target is twice, too.
  if (!isOurs || twice === 'host' || !raw.url?.startsWith('/')) {
    throw new AppError('MISDIRECTED', 'This node does not answer to that host name. Open it by the address that "colporteur start" prints.')
  }
  if (twice !== undefined) throw new AppError('BAD_REQUEST', `The header ${twice} stands there twice.`)
}

/** The same host with another port, as an origin; null when the header names no host. */
export function siblingOrigin (host: string | undefined, port: number): string | null {
  const { name } = hostOf(host)
  return name && `http://${name}:${port}`
}

/** Nothing but what an address is made of: it goes into headers. */
function hostOf (header = ''): { name: string, port: string } {
  const [, name = '', port = ''] = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(header) ?? []
  return { name, port }
}
