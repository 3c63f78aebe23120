import { EventEmitter, once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { AnswersUnderway } from '../../console/shelf/answers-underway.ts'
import type { PublicLibrary } from '../../console/shelf/public-library.ts'
import { buildShelfApp } from '../../console/shelf/shelf-app.ts'
import { machineOf, Visitors } from '../../console/shelf/visitors.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const NEWSLETTER = 'qja8ma9krb79emaphn1ui6peqd36xurjq4ri4qp5yooaq9qi6jno'
const AT = '2026-01-02T03:04:05.000Z'
const PAGE_CHARACTERS = 8 * 1024 * 1024

/** What strangers ask for. */
function library (onFeed = (): void => {}, onAsked = (): void => {}): PublicLibrary {
  const view = { address: NEWSLETTER, link: `colporteur://${NEWSLETTER}`, checkWords: 'a b', title: 'T', writers: [], authors: [], description: '', language: 'en', confirmedAt: null, problem: null, state: 'active', successor: null, issues: { total: 1, ready: 1 }, rootNumber: 0 }
  return {
    newsletters: async () => {
      onAsked()
      return []
    },
    newsletter: async () => view,
    issues: async () => ({ issues: [], next: null }),
    issue: async () => ({ ref: 'r', newsletter: NEWSLETTER, id: 'i', revision: 1, change: 'original' }),
    page: async () => ({ html: `<p>${'x'.repeat(PAGE_CHARACTERS)}`, styleHashes: [] }),
    feedContents: async () => ({ tag: 'same' }),
    feed (_contents: unknown, { home, issue, file }: { home: string, issue: (ref: string) => string, file: (ref: string, name: string) => string }) {
      onFeed()
      const item = { id: 'x:1', title: 'One', summary: '', authors: [], tags: [], language: 'en', url: issue('i@n'), publishedAt: AT, updatedAt: AT, html: `<img src="${file('i@n', 'a b')}">`, attachments: [] }
      return Promise.resolve({ id: 'x:', title: 't', description: '', language: 'en', authors: [], homeUrl: home, updatedAt: AT, items: [item] })
    }
  } as unknown as PublicLibrary
}

async function listening (t: Test, url: string | null = null, onAsked = (): void => {}): Promise<number> {
  const app = buildShelfApp({ library: library(() => {}, onAsked), url, keeper: () => '', log })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** Another machine, to the server: all of 127.0.0.0/8 is this one. */
async function visit (t: Test, port: number, machine: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${machine}` })
  socket.on('error', () => {})
  t.teardown(() => { socket.destroy() })
  await once(socket, 'connect')
  return socket
}

/** @returns the first that comes, '' where the connection is ended */
async function ask (socket: Socket, method: string, path: string): Promise<string> {
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  return await new Promise(resolve => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString()))
    socket.once('close', () => resolve(''))
  })
}

t.test('who reads slowly is sent the same bytes as all others, and has no copy made of them', { skip: process.platform !== 'linux' && 'other systems have other addresses of this machine' }, async t => {
  const port = await listening(t)
  const rssBefore = process.memoryUsage.rss()
  for (let i = 0; i < 64; i++) {
    const socket = await visit(t, port, 2 + i % 8)
    t.match(await ask(socket, 'GET', `/${NEWSLETTER}/issues/i`), /^HTTP\/1\.1 200 /)
    socket.pause()
  }
  const grownMb = (process.memoryUsage.rss() - rssBefore) / 2 ** 20
  t.ok(grownMb < 250, `64 readers of a page of 8 MB: ${Math.round(grownMb)} MB`)
})

t.test('one machine does not get all places, and of several the connection that was idle for longest makes room', { skip: process.platform !== 'linux' && 'other systems have other addresses of this machine' }, async t => {
  const port = await listening(t)
  const greedy: Socket[] = []
  for (let i = 0; i < 300; i++) greedy.push(await visit(t, port, 2))
  t.match(await ask(await visit(t, port, 1), 'HEAD', '/'), /^HTTP\/1\.1 200 /, 'another visitor is served')
  await until('those of one machine that came first were ended', () => greedy.filter(({ closed }) => !closed).length === 16)
  t.match(await ask(greedy.at(-1)!, 'HEAD', '/'), /^HTTP\/1\.1 200 /, 'and who stays is served')

  const many: Socket[] = []
  for (let machine = 3; machine < 3 + 16; machine++) {
    for (let i = 0; i < 16; i++) {
      const socket = await visit(t, port, machine)
      many.push(socket)
      t.match(await ask(socket, 'HEAD', '/'), /^HTTP\/1\.1 200 /)
    }
  }
  t.match(await ask(await visit(t, port, 1), 'HEAD', '/'), /^HTTP\/1\.1 200 /, 'where all places are taken, too')
})

t.test('where others come by way of something that stands before the pages, it has as many connections as it needs', async t => {
  const port = await listening(t, 'https://letters.example.org/')
  const sockets = await Promise.all(Array.from({ length: 60 }, async () => await visit(t, port, 1)))
  t.same((await Promise.all(sockets.map(async socket => await ask(socket, 'HEAD', '/')))).filter(answer => !answer.startsWith('HTTP/1.1 200 ')), [])
  const again = await Promise.all(sockets.map(async socket => await ask(socket, 'HEAD', '/')))
  t.same(again.filter(answer => !answer.startsWith('HTTP/1.1 200 ')), [])
})

t.test('a feed is made once, whatever host it is asked of, and names the one that was asked', async t => {
  let made = 0
  const app = buildShelfApp({ library: library(() => made++), url: null, keeper: () => '', log })
  t.teardown(() => app.close())
  for (const [path, type] of [['atom.xml', 'atom'], ['feed.json', 'json']] as const) {
    const tags = new Set<unknown>()
    for (let i = 0; i < 20; i++) {
      const { body, headers } = await app.inject({ url: `/${NEWSLETTER}/${path}`, headers: { host: `h${i}:8080` } })
      tags.add(headers.etag)
      t.equal(headers['content-length'], String(Buffer.byteLength(body)))
      t.match(body, `http://h${i}:8080/${NEWSLETTER}/issues/i/files/a%20b`)
      const hosts = new Set([...body.matchAll(/http:\/\/([^/"<]+)\/(?=[qia])/g)].map(([, host]) => host))
      t.same([...hosts], [`h${i}:8080`], type)
    }
    t.equal(tags.size, 20, 'a copy of another host is another')
  }
  t.equal(made, 2, 'once for each format')
})

t.test('an answer of which hardly anything is taken is ended, and one that is taken is not', async t => {
  const server = createServer((_request, response) => { response.end(Buffer.alloc(64 * 1024 * 1024)) })
  const visitors = new Visitors(server, { connections: 10, ofOneMachine: 10 })
  const sockets = new Set<Socket>()
  server.on('connection', socket => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const idle = await visit(t, port, 1)
  const slow = await visit(t, port, 1)
  await ask(slow, 'GET', '/')
  slow.pause()
  await until('an answer waits', () => [...sockets].some(({ writableLength }) => writableLength > 0))
  visitors.endSlow()
  t.same([...sockets].filter(({ destroyed }) => destroyed), [], 'not at first sight')
  visitors.endSlow()
  await until('it was ended', () => [...sockets].filter(({ destroyed }) => destroyed).length === 1)
  t.match(await ask(idle, 'GET', '/'), /^HTTP\/1\.1 200 /, 'who asks for nothing is none of these')
})

t.test('who takes one answer and then waits for another is not taken for slow', async t => {
  const answers: ServerResponse[] = []
  const server = createServer((_request, response) => { answers.push(response) })
  const visitors = new Visitors(server, { connections: 10, ofOneMachine: 10 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = await visit(t, (server.address() as AddressInfo).port, 1)
  t.teardown(() => { server.close() })
  const next = async (): Promise<ServerResponse> => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const count = answers.length
    await until('it is asked for', () => answers.length > count)
    return answers.at(-1)!
  }
  const first = await next()
  first.socket!.cork()
  first.write('x')
  t.ok(first.socket!.writableLength > 0, 'it waits')
  visitors.endSlow()
  first.socket!.uncork()
  first.end()
  await once(first, 'close')
  const second = await next()
  second.socket!.cork()
  second.write('x')
  visitors.endSlow()
  t.notOk(socket.destroyed || second.socket!.destroyed, 'it took what there was')
  visitors.endSlow()
  t.ok(second.socket!.destroyed, 'and is ended where it leaves one')
})

t.test('a thousand requests in one piece are not begun, and eight are answered', async t => {
  let asked = 0
  const port = await listening(t, null, () => asked++)
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
  const greedy = await visit(t, port, 1)
  greedy.resume().write(request.repeat(1_000))
  await once(greedy, 'close')
  t.ok(asked <= 8, `${asked} were begun`)

  const honest = await visit(t, port, 1)
  let answers = ''
  honest.on('data', bytes => { answers += bytes })
  honest.write(request.repeat(8))
  await until('all are answered', () => answers.split('HTTP/1.1 200 ').length === 9, () => answers)
})

t.test('another revision of the same number is another, and is not shown from memory', async t => {
  let manifestHash = 'one'
  const shown = { ...library(), issue: async () => ({ ref: 'r', revision: 2, change: 'typo', manifestHash }), page: async () => ({ html: manifestHash, styleHashes: [] }), document: async () => Buffer.from(manifestHash) }
  const app = buildShelfApp({ library: shown as unknown as PublicLibrary, url: null, keeper: () => '', log })
  t.teardown(() => app.close())
  const read = async (): Promise<string[]> => {
    const answers = await Promise.all(['', '/issue.json', '/issue.json.minisig', '/body.md'].map(async path => await app.inject({ url: `/${NEWSLETTER}/issues/i${path}`, headers: { host: 'x' } })))
    return answers.map(({ body }) => body)
  }
  t.same(await read(), ['one', 'one', 'one', 'one'])
  manifestHash = 'other'
  t.same(await read(), ['other', 'other', 'other', 'other'])
})

t.test('a page is made once, and one that tells of a failure is kept by nobody', async t => {
  const app = buildShelfApp({ library: library(), url: null, keeper: () => '', log })
  t.teardown(() => app.close())
  for (const url of ['/', '/how-to-check', `/${NEWSLETTER}`]) {
    const { statusCode, headers } = await app.inject({ url, headers: { host: 'one' } })
    t.same([statusCode, headers['cache-control']], [200, 'public, max-age=60'], url)
    t.equal((await app.inject({ url, headers: { host: 'other', 'if-none-match': headers.etag as string } })).statusCode, 304)
  }
  const missing = await app.inject({ url: '/a/b/c/d', headers: { host: 'x', 'if-none-match': '*' } })
  t.same([missing.statusCode, missing.headers['cache-control'], missing.headers.etag], [404, 'no-store', undefined])
  t.match(missing.headers['content-security-policy'], /default-src 'none';.* sandbox /)
})

t.test('large answers that are underway have a bound, and are let go of when their reader is gone', async t => {
  const underway = new AnswersUnderway({ limitBytes: 100, tellsMachines: false })
  const reader = (): { response: ServerResponse, socket: Socket } => ({ response: new EventEmitter() as ServerResponse, socket: new EventEmitter() as Socket })
  const [one, other, third] = [reader(), reader(), reader()]
  const bytes = [Buffer.alloc(70)]
  t.equal(underway.hold('a', bytes, one.response, one.socket), bytes)
  t.equal(underway.hold('a', [Buffer.alloc(70)], other.response, other.socket), bytes, 'what is sent already is sent again')
  t.equal(underway.sizeBytes, 70)
  t.throws(() => underway.hold('b', bytes, third.response, third.socket), { code: 'TOO_MANY_REQUESTS' })
  one.response.emit('close')
  one.socket.emit('close')
  t.equal(underway.sizeBytes, 70, 'told twice of one end')
  other.socket.emit('close')
  t.equal(underway.sizeBytes, 0)
  const gone = [{ ...reader().response, closed: true }, { ...reader().socket, destroyed: true }] as [ServerResponse, Socket]
  t.equal(underway.hold('c', bytes, gone[0], third.socket), bytes)
  t.equal(underway.hold('c', bytes, third.response, gone[1]), bytes)
  t.equal(underway.sizeBytes, 0, 'nothing is held for who has gone before')
  t.equal(underway.hold('b', [Buffer.alloc(200)], third.response, third.socket)[0]!.length, 200, 'one alone may be larger')
})

t.test('one machine holds its part of the large answers and no more, and those that others are sent as well count for each', async t => {
  const reader = (machine: number): { response: ServerResponse, socket: Socket } => ({
    response: new EventEmitter() as ServerResponse,
    socket: Object.assign(new EventEmitter(), { remoteAddress: `192.0.2.${machine}` }) as unknown as Socket
  })
  const underway = new AnswersUnderway({ limitBytes: 100, tellsMachines: true })
  const hold = (tag: string, sizeBytes: number, { response, socket }: ReturnType<typeof reader>): void => {
    underway.hold(tag, [Buffer.alloc(sizeBytes)], response, socket)
  }
  const [greedy, again, other] = [reader(1), reader(1), reader(2)]
  hold('a', 20, greedy)
  t.throws(() => hold('b', 20, reader(1)), { code: 'TOO_MANY_REQUESTS' }, 'it has its part')
  hold('a', 20, again)
  hold('b', 20, other)
  t.throws(() => hold('b', 20, reader(1)), { code: 'TOO_MANY_REQUESTS' }, 'also where others have it')
  hold('c', 60, reader(3))
  t.equal(underway.sizeBytes, 100, 'there is room for others, and the first of a machine may be larger')
  greedy.response.emit('close')
  t.throws(() => hold('b', 20, reader(1)), { code: 'TOO_MANY_REQUESTS' }, 'it is sent the same once more')
  again.response.emit('close')
  hold('b', 20, reader(1))
  t.equal(underway.sizeBytes, 80)
})

t.test('a machine is an address, or a network of IPv6', async t => {
  const machines: Record<string, string> = {
    '192.0.2.1': '192.0.2.1', '::ffff:192.0.2.1': '192.0.2.1', '2001:db8::1': '2001:db8:0:0', '2001:db8:0:0:1::': '2001:db8:0:0', '2001:db8:0:1::1': '2001:db8:0:1',
    '2001:0db8:1:2:3:4:5:6': '2001:db8:1:2', '::1': '0:0:0:0', 'fe80::1%eth0': 'fe80:0:0:0'
  }
  t.same(Object.fromEntries(Object.keys(machines).map(address => [address, machineOf(address)])), machines)
})
