import type { Connection } from 'hyperswarm'

/** IP address of the other end; null while it is not connected. */
export function hostOf ({ rawStream }: Connection): string | null {
  return rawStream?.remoteHost ?? rawStream?.remoteAddress ?? null
}

/** IP address of the other end, where that is another machine. */
export function farHostOf (connection: Connection): string | null {
  const host = hostOf(connection)
  return host !== null && !isLoopback(host) ? host : null
}

export function isLoopback (host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}
