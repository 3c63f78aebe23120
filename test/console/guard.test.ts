import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createClient } from '../../shared/api/client.ts'
import { ask, asProgram, codeOf, inside, listen, openRoom } from './room.ts'
import { ISSUE, OWN, REF, TOKEN } from './samples.ts'

t.test('the guard answers only to its own names', async t => {
  const { app } = openRoom(t, { hosts: ['192.0.2.7', '::2', 'Printer.local'] })
  const port = await listen(app)
  const other = port === 65535 ? 1024 : port + 1
  const codeFor = async (host: string): Promise<string | undefined> => (await ask(port, '/api/status', { ...asProgram, host })).code
  for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '192.0.2.7', '[::2]', 'printer.local']) {
    t.equal(await codeFor(`${name}:${port}`), undefined, name)
  }
  for (const host of [
    `evil.example:${port}`, `127.0.0.1:${other}`, '127.0.0.1', 'localhost', `localhost.:${port}`, `localhost.evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`, `user@localhost:${port}`, `[::3]:${port}`, `0.0.0.0:${port}`
  ]) t.equal(await codeFor(host), 'MISDIRECTED', host)
  t.equal((await ask(port, '/', { host: `evil.example:${port}` })).status, 421, 'the page as well')
  t.equal((await ask(port, '/nothing', { host: `evil.example:${port}` })).status, 421, 'and what is not there')
  const own = `Host: 127.0.0.1:${port}`
  for (const [head, what] of [
    ['GET /healthz HTTP/1.1\r\nHost:', 'no name at all'],
    ['GET /healthz HTTP/1.0\r\nAccept: */*', 'no name at all'],
    [`GET /healthz HTTP/1.1\r\n${own}\r\nhost: evil.example`, 'two names'],
    [`GET /healthz HTTP/1.1\r\n${own}\r\n${own}`, 'one name twice'],
    [`GET http://evil.example/healthz HTTP/1.1\r\n${own}`, 'a name in the target']
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(`${head}\r\nConnection: close\r\n\r\n`)
    t.match(await text(socket), /^HTTP\/1\.1 421 /, what)
  }
})

t.test('the guard refuses what pages of other sites ask', async t => {
  const { app, secrets } = openRoom(t)
  const port = await listen(app)
  const host = `127.0.0.1:${port}`
  const codeFor = async (headers: Record<string, string>, path = '/api/status', method = 'GET'): Promise<string | undefined> =>
    (await ask(port, path, { ...asProgram, host, ...headers }, method)).code

  t.equal(await codeFor({ origin: `http://${host}` }), undefined)
  for (const origin of ['null', 'http://evil.example', `https://${host}`, `http://127.0.0.1:${port === 1 ? 2 : 1}`,
    `http://localhost:${port}`, `http://${host}.evil.example`, '']) {
    t.equal(await codeFor({ origin }), 'FORBIDDEN', `Origin ${origin}`)
  }
  for (const site of ['same-origin', 'none']) t.equal(await codeFor({ 'sec-fetch-site': site }), undefined, site)
  for (const site of ['cross-site', 'same-site', 'strange']) t.equal(await codeFor({ 'sec-fetch-site': site }), 'FORBIDDEN', site)

  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  t.equal(await codeFor(link, '/'), undefined, 'another site may link to the console')
  t.equal(await codeFor({ ...link, 'sec-fetch-dest': 'iframe' }, '/'), 'FORBIDDEN', 'but not frame it')
  t.equal(await codeFor({ ...link, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, '/'), 'FORBIDDEN')
  t.equal(await codeFor(link, '/', 'POST'), 'FORBIDDEN')
  t.equal(await codeFor(link), 'FORBIDDEN', 'nor link to the interface')
  t.equal(await codeFor(link, '/docs'), 'FORBIDDEN')

  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', authorization: '' }
  const url = `/read/${REF}/files/a%20b.png`
  t.equal(await codeFor(picture, `${url}?pass=${secrets.createPass(REF)}`), undefined, 'the sandboxed page of an issue shows its pictures')
  t.equal(await codeFor({ ...link, authorization: '' }, `${url}?pass=${secrets.createPass(REF)}`), undefined,
    'and links to its attachments')
  t.equal(await codeFor(picture, url), 'FORBIDDEN')
  t.equal(await codeFor(picture, `${url}?pass=${secrets.createPass(ISSUE)}`), 'FORBIDDEN', 'a pass of another issue')
  t.equal(await codeFor({ ...picture, 'sec-fetch-dest': 'script' }, `${url}?pass=${secrets.createPass(REF)}`), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, origin: 'null' }, `${url}?pass=${secrets.createPass(REF)}`), undefined, 'as a sandboxed frame asks')
  t.equal(await codeFor({ ...picture, origin: 'null' }, url), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, origin: 'http://evil.example' }, `${url}?pass=${secrets.createPass(REF)}`), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, ...asProgram }, '/api/status'), 'FORBIDDEN')

  const { headers } = await ask(port, '/api/status', { ...asProgram, host, origin: 'http://evil.example' })
  t.same(Object.keys(headers).filter(name => name.startsWith('access-control')), [], 'no other site is ever allowed to read')
  t.match(headers, { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin', 'referrer-policy': 'no-referrer' })
  t.equal(await codeFor({ origin: 'http://evil.example', 'access-control-request-method': 'POST' }, '/api/status', 'OPTIONS'), 'FORBIDDEN')
})

t.test('a connection that wants to become something else than HTTP is cut', async t => {
  const { app } = openRoom(t)
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  const head = ['GET /api/status HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${TOKEN}`,
    'Connection: Upgrade', 'Upgrade: websocket']
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  t.equal(await text(socket), '')
})

t.test('what is no request is answered as every failure is', async t => {
  const { app } = openRoom(t)
  const port = await listen(app)
  for (const [asked, status, code] of [['nonsense\r\n\r\n', 400, 'BAD_REQUEST'], [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`, 413, 'TOO_LARGE']] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(asked)
    let answer = ''
    socket.on('data', bytes => { answer += bytes }).on('error', () => {})
    await once(socket, 'close')
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    t.match(head, new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json`))
    t.match(JSON.parse(body), { status, code })
  }
})

t.test('what is no request does not come into the middle of an answer', async t => {
  const { app } = openRoom(t)
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
  let answer = ''
  socket.on('data', bytes => {
    if (answer === '') socket.write('nonsense\r\n\r\n')
    answer += bytes
  }).on('error', () => {})
  await once(socket, 'close')
  t.match(answer, /^HTTP\/1\.1 200 /)
  t.notMatch(answer, /HTTP\/1\.1 400|problem\+json/)
})

t.test('who is too slow to say what they want hears that', async t => {
  const { app } = openRoom(t)
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /api/status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  t.match(head, /^HTTP\/1\.1 504 [^]*application\/problem\+json/)
  t.match(JSON.parse(body || 'null'), { code: 'TIMED_OUT' })
})

t.test('everything needs a token, except what tells nothing about the person', async t => {
  const { app, secrets } = openRoom(t)
  await app.ready()
  const codeFor = async (url: string, authorization?: string): Promise<string | number> => {
    const response = await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })
    return response.statusCode < 400 ? response.statusCode : response.json().code
  }
  for (const url of ['/', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs/static/swagger-ui.css', '/docs/json']) {
    t.equal(await codeFor(url), 200, url)
  }
  for (const url of ['/api/status', '/api/newsletters', '/api/inbox', '/api/events', `/read/${REF}`, `/read/${REF}/files/a%20b.png`,
    '/api/nothing', '/nothing']) {
    t.equal(await codeFor(url), 'UNAUTHORIZED', url)
  }
  const session = secrets.exchangeCode(secrets.createCode())!
  t.equal(await codeFor('/api/status', `Bearer ${TOKEN}`), 200)
  t.equal(await codeFor('/api/status', `bearer ${session}`), 200)
  for (const wrong of ['', 'Bearer', 'Bearer x', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, `Bearer ${session}x`, `Bearer ${session}.x`,
    `Bearer 9${session}`, `Bearer ${secrets.createPass(REF)}`]) {
    t.equal(await codeFor('/api/status', wrong), 'UNAUTHORIZED', wrong || 'an empty one')
  }
  t.equal((await app.inject('/api/status')).headers['www-authenticate'], 'Bearer')
  t.equal(await codeFor(`/api/status?pass=${secrets.createPass(REF)}`), 'UNAUTHORIZED', 'a pass opens no interface')
})

t.test('only a program may name files of the machine', async t => {
  const { app, secrets, publisher } = openRoom(t)
  const page = createClient(inside(app, secrets.exchangeCode(secrets.createCode())!))
  const params = { newsletter: OWN }
  t.equal(await codeOf(page.publishIssue({ params, body: { source: { path: '/etc/passwd' } } })), 'FORBIDDEN')
  t.equal(await codeOf(page.importIssues({ params, body: { path: '/etc' } })), 'FORBIDDEN')
  t.equal(await codeOf(page.exportIssue({ params: { issue: REF }, body: { path: '/etc' } })), 'FORBIDDEN')
  await t.rejects(page.importIssues({ params, body: { path: '/etc' } }), { message: /command line/ })
  t.same(publisher.published, [])
  t.equal((await page.publishIssue({ params, body: { source: { markdown: '# One' } } })).outcome, 'published')
  t.equal((await createClient(inside(app, TOKEN)).publishIssue({ params, body: { source: { path: '/etc/passwd' } } })).outcome, 'published')
})
