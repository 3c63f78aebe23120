import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setInterval } from 'node:timers/promises'

const ENOUGH_MS = 60_000
const LOOK_MS = 100
/** Some more is said after so many looks: each second. */
const DRIP_LOOKS = 10

/** Somebody who says too little, and waits. */
interface Slow { kind: string, says: string, drips?: string }
interface Held extends Slow { socket: Socket }

/** Every kind of them, towards the server that calls itself `host`. @param token null: nobody has one there */
export function slowKinds (host: string, token: string | null): Slow[] {
  const head = (line: string, ...headers: string[]): string => [`${line} HTTP/1.1`, `Host: ${host}`, ...headers, '', ''].join('\r\n')
  const json = 'Content-Type: application/json'
  const get = head('GET /healthz')
  const order = (...headers: string[]): string => head('POST /api/newsletters', json, ...headers)
  const code = '{"code":"'
  const kinds: Slow[] = [
    { kind: 'says nothing', says: '' },
    { kind: 'begins a method', says: 'G' },
    { kind: 'half a header', says: 'GET /healthz HTTP/1.1\r\nHost: ' },
    { kind: 'half a header that drips', says: get.slice(0, -2), drips: 'X: y\r\n' },
    { kind: 'without a token, and without the body', says: `${order('Content-Length: 1000')}{"t` },
    { kind: 'without a token, and the body drips', says: `${order('Content-Length: 100000')}{"t`, drips: 'x' },
    { kind: 'for another host, and the body drips', says: `${order('Content-Length: 100000').replace(host, 'evil.example')}{"t`, drips: 'x' },
    { kind: 'to open a session, without the body', says: `${head('POST /api/sessions', json, 'Content-Length: 1000')}${code}` },
    { kind: 'to open a session, and the body drips', says: `${head('POST /api/sessions', json, 'Content-Length: 4000')}${code}`, drips: 'x' },
    { kind: 'to open a session, in pieces that drip', says: head('POST /api/sessions', json, 'Transfer-Encoding: chunked'), drips: '1\r\nx\r\n' },
    { kind: 'to open a session, large, and the body pours', says: `${head('POST /api/sessions', json, 'Content-Length: 5000000')}${code}`, drips: 'x'.repeat(600) },
    { kind: 'reads, and has a body that drips', says: head('GET /healthz', 'Content-Length: 100000'), drips: 'x' },
    { kind: 'was answered, and says nothing', says: get },
    { kind: 'was answered, and begins once more', says: `${get}GET /hea` },
    { kind: 'was answered, and sends blank lines', says: get, drips: '\r\n' }
  ]
  if (token === null) return kinds
  return [...kinds, { kind: 'with a token, and without the body', says: `${order(`Authorization: Bearer ${token}`, 'Content-Length: 1000')}{"title":` }]
}

/** Connections in front of a server, of every kind that is slow. */
export class SlowSockets {
  #held: Held[] = []

  async open (url: URL, kinds: Slow[], count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const slow = kinds[i % kinds.length]!
      const socket = connect({ host: url.hostname, port: Number(url.port) })
      socket.on('error', () => {})
      socket.on('data', () => {})
      this.#held.push({ ...slow, socket })
      if (i % 100 === 99 || i === count - 1) await once(socket, 'connect')
      socket.write(slow.says)
    }
  }

  /** Returns when all were ended by the server, or after a minute: the kinds of those that it still holds. */
  async released (): Promise<string[]> {
    const startedMs = performance.now()
    let looks = 0
    for await (const _ of setInterval(LOOK_MS)) {
      this.#held = this.#held.filter(({ socket }) => !socket.destroyed)
      if (this.#held.length === 0 || performance.now() - startedMs > ENOUGH_MS) break
      if (++looks % DRIP_LOOKS === 0) for (const { socket, drips } of this.#held) if (drips !== undefined && socket.writable) socket.write(drips)
    }
    for (const { socket } of this.#held) socket.destroy()
    return [...new Set(this.#held.map(({ kind }) => kind))]
  }
}
