import { Agent, request } from 'node:http'
import { api } from '../../shared/api/api.ts'
import type { Endpoint } from '../../shared/api/endpoint.ts'
import { OPEN_BODY_BYTES } from '../../console/server/time-limits.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { type Answer, type Contract, undocumentedIn } from './documented-answers.ts'
import { fuzzed, HOSTILE_TEXTS, pick } from './fuzzed-values.ts'
import { slowKinds, SlowSockets } from './slow-sockets.ts'
import type { Suite } from './suite.ts'

const AT_ONCE = 16
/** In place of a status: the connection was ended without one. */
const RESET = 0
const RELEASED_MS = 15_000
/** What takes a second of a core by design, or ends what is looked at; a few of each are enough. */
const RARE = ['showWords', 'sealWords', 'confirmWords', 'signProposal', 'createNewsletter', 'startRestoration', 'proposeRestoration', 'makeBackup', 'openBackup', 'reindex', 'resumeWriter', 'unsubscribe', 'lookAtNewsletter']
const RARE_CALLS = 10
/** After them there is little left to ask for. */
const ENDINGS = ['leaveNewsletter', 'unsubscribe', 'publishRoot', 'dropNewsletter', 'eraseIssue', 'retractIssue']
/** Node takes so much of an address with its headers. */
const HEAD_BYTES = 16 * 1024

interface Asked { method: string, path: string, headers: Record<string, string>, body?: string | undefined }

/** Requests as other pages, other programs and broken clients make them, by real connections: none is let in, none breaks anything. */
export const web: Suite = {
  options: { requests: 200_000, sockets: 5_000, endings: 1 },
  run: async ({ ends, options: { requests, sockets, endings }, draw, demand, demandWithin }) => {
    const network = await testNetwork(ends)
    const { node, client } = await network.open('node')
    const address = await createNewsletter({ client, node, home: '' } as never, 'Asked')
    const refs = await publishIssues({ client } as never, address, 2)
    const url = new URL(await node.listen())
    const { url: page } = await client.createCode()
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    ends.teardown(() => agent.destroy())
    const ask = (asked: Asked): Promise<Answer> => send(agent, url, asked)
    const opened = await ask({ method: 'POST', path: '/api/sessions', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: page.split('=').at(-1) }) })
    const { token } = JSON.parse(opened.text) as { token: string }
    const own = { authorization: `Bearer ${token}` }

    const contract = JSON.parse((await ask({ method: 'GET', path: '/openapi.json', headers: {} })).text) as Contract

    let allowed = 0
    const tricks = tricksOn(url, token, refs[0]!)
    for (const trick of tricks) {
      const { status } = await ask(trick)
      if (status !== RESET && status < 400) {
        allowed++
        demand(false, `let in: ${JSON.stringify(trick)}`)
      }
    }

    const operations = Object.entries<Endpoint>(api).filter(([name]) => endings || !ENDINGS.includes(name))
    const calls = new Map<string, number>()
    const statuses = new Map<number, number>()
    let faults = 0
    const fuzz = async (): Promise<void> => {
      const [name, endpoint] = pick(operations, draw)
      const before = calls.get(name) ?? 0
      if (RARE.includes(name) && before >= RARE_CALLS) return
      calls.set(name, before + 1)
      const asked = fuzzedCall(endpoint, { draw, known: [address, ...refs], headers: own })
      const answer = await ask(asked)
      const { status, text } = answer
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const wrong = status === RESET ? mayReset(asked, endpoint) ? null : 'the connection was reset' : undocumentedIn(endpoint, answer, contract)
      if (wrong === null) return
      faults++
      demand(false, `${wrong}: ${status} ${text.slice(0, 200)} for ${JSON.stringify(asked).slice(0, 300)}`)
    }
    let left = requests!
    await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (left-- > 0) await fuzz() }))

    const slow = new SlowSockets()
    await slow.open(url, slowKinds(url.host, token), Math.ceil(sockets! * 0.8))
    const reading = new URL(`http://${url.hostname}:${node.readingPort}`)
    await slow.open(reading, slowKinds(reading.host, null), Math.floor(sockets! * 0.2))
    const startedMs = performance.now()
    const { status } = await ask({ method: 'GET', path: '/healthz', headers: {} })
    demand(status === 200, 'the node answers meanwhile')
    const honestMs = Math.round(performance.now() - startedMs)
    const held = await slow.released()
    const releasedMs = Math.round(performance.now() - startedMs)
    demand(held.length === 0, `slow connections are held: ${held.join('; ')}`)
    demandWithin(RELEASED_MS, releasedMs, 'slow connections were ended')
    demand((await client.getStatus()).problems.every(({ code }) => code !== 'INTERNAL'), 'the node is well')
    const told = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`).join(' ')
    return { tricks: tricks.length, allowed, requests: requests!, faults, answers: told, 'slow sockets': sockets!, 'released ms': releasedMs, 'honest ms': honestMs }
  }
}

/** What pages of other sites, names that lead here, and programs without a token try. */
function tricksOn (url: URL, token: string, ref: string): Asked[] {
  const own = { authorization: `Bearer ${token}` }
  const json = { ...own, 'content-type': 'application/json' }
  const hosts = ['evil.example', `evil.example:${url.port}`, `127.0.0.1.evil.example:${url.port}`, `localhost.evil.example:${url.port}`, '127.0.0.1', 'localhost', `127.0.0.1:${Number(url.port) ^ 1}`,
    `[::ffff:127.0.0.1]:${url.port}`, `0.0.0.0:${url.port}`, `127.1:${url.port}`, `2130706433:${url.port}`, `localhost.:${url.port}`, `127.0.0.1:${url.port}.evil.example`, `user@127.0.0.1:${url.port}`, ' ', `127.0.0.1:${url.port}, evil.example`]
  const origins = ['null', 'http://evil.example', `https://127.0.0.1:${url.port}`, `http://127.0.0.1:${Number(url.port) + 1}`, `http://localhost:${url.port}`, `http://127.0.0.1:${url.port}.evil.example`, 'file://', 'chrome-extension://abc', 'moz-extension://abc', '']
  const sites = ['cross-site', 'same-site', 'CROSS-SITE', 'none, cross-site', '']
  const wrong = ['', 'Bearer', 'Bearer null', 'Bearer undefined', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `Bearer ${token.split('.').slice(0, 2).join('.')}.`, `Token ${token}`]
  const get = (headers: Record<string, string>, path = '/api/status'): Asked => ({ method: 'GET', path, headers })
  const post = (headers: Record<string, string>, body = '{"title":"Theirs"}'): Asked => ({ method: 'POST', path: '/api/newsletters', headers, body })
  return [
    ...hosts.flatMap(host => [get({ ...own, host }), post({ ...json, host }), get({ host }, '/'), get({ host }, '/healthz')]),
    ...origins.flatMap(origin => [get({ ...own, origin }), post({ ...json, origin })]),
    ...sites.flatMap(site => [get({ ...own, 'sec-fetch-site': site }), post({ ...json, 'sec-fetch-site': site })]),
    ...wrong.flatMap(authorization => [get({ authorization }), post({ authorization, 'content-type': 'application/json' })]),
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-7'].flatMap(type => [post({ 'content-type': type }), post({ ...own, origin: 'http://evil.example', 'content-type': type })]),
    ...[`?token=${token}`, `?access_token=${token}`, `?authorization=Bearer%20${token}`, `?pass=${token}`, `#${token}`].map(query => get({}, `/api/status${query}`)),
    ...['//api/status', '/api//status', '/api/../api/status', '/API/STATUS', '/api/status/', '/%61pi/status', '/api/status%00', '/api/status;x', '/\\evil', '/api/events', '/api/peers', '/api/storage'].map(path => get({}, path)),
    ...['CONNECT', 'TRACE', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'].filter(method => method !== 'CONNECT').map(method => ({ method, path: '/api/status', headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' } })),
    ...['/etc/passwd', '/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fpackage.json', '/assets/../../../package.json'].map(path => get({}, path)),
    ...['', `?pass=${token}`, '?pass=0.x', '?pass=9999999999999.x'].map(query => get({}, `/read/${ref}${query}`)),
    { method: 'POST', path: `/api/newsletters/x/issues`, headers: json, body: '{"source":{"path":"/etc/passwd"}}' },
    { method: 'GET', path: '/api/status', headers: { cookie: `token=${token}` } },
    { method: 'GET', path: '/api/status', headers: { 'x-forwarded-host': url.host, 'x-http-method-override': 'GET', host: 'evil.example' } }
  ]
}

/** What is larger than is taken is not read to its end, and who goes on sending may miss the answer. */
function mayReset ({ method, path, headers, body = '' }: Asked, { open }: Endpoint): boolean {
  return Buffer.byteLength(`${method} ${path}${JSON.stringify(headers)}`) > HEAD_BYTES || (open === true && Buffer.byteLength(body) > OPEN_BODY_BYTES)
}

interface Fuzzing { draw: () => number, known: string[], headers: Record<string, string> }

function fuzzedCall ({ method, path, params, query, body, bytes }: Endpoint, { draw, known, headers }: Fuzzing): Asked {
  const parts = (params && fuzzed(params, draw, known) as Record<string, unknown> | null) ?? {}
  const escaped = (value: unknown): string => encodeURIComponent(wellFormed(textOf(value)))
  const filled = path.replace(/:(\w+)/g, (_, name: string) => escaped(draw() < 0.5 ? pick(known, draw) : parts[name]))
  const values = query && draw() < 0.7 ? fuzzed(query, draw, known) : null
  const asks = Object.entries(values ?? {}).map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&')
  const hasBody = body !== undefined && draw() < 0.95
  const json = (): string => draw() < 0.05 ? pick(HOSTILE_TEXTS, draw) : JSON.stringify(fuzzed(body!, draw, known))
  const text = hasBody ? json() : bytes ? pick(HOSTILE_TEXTS, draw) : undefined
  return {
    method,
    path: `${filled}${asks && `?${asks}`}`,
    headers: { ...draw() < 0.97 && headers, ...text !== undefined && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' } },
    body: text
  }
}

function textOf (value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? ''
}

function wellFormed (text: string): string {
  return text.slice(0, 2_000).replace(/[\ud800-\udfff]/g, '\ufffd')
}

async function send (agent: Agent, url: URL, { method, path, headers, body }: Asked): Promise<Answer> {
  try {
    return await new Promise((resolve, reject) => {
      const asking = request({ agent, host: url.hostname, port: url.port, method, path, headers: { ...body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }, ...headers } }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
        response.on('error', reject)
        // It never ends by itself.
        if (/event-stream/.test(response.headers['content-type'] ?? '')) {
          response.destroy()
          resolve({ status: response.statusCode!, headers: response.headers, text: '' })
        }
      })
      asking.on('error', reject)
      asking.end(body)
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // What no client can even send is not let in.
    if (code === 'ERR_UNESCAPED_CHARACTERS' || code === 'ERR_INVALID_CHAR') return { status: 400, headers: { 'content-type': 'json' }, text: '{}' }
    if (code === 'ECONNRESET' || code === 'EPIPE') return { status: RESET, headers: {}, text: '' }
    throw error
  }
}
