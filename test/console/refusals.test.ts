import t from 'tap'
import { createClient, fetchSender } from '../../shared/api/client.ts'
import { asProgram, codeOf, listen, openRoom } from './room.ts'
import { OWN, REF, TOKEN } from './samples.ts'

t.test('what the contract does not know is refused, and nothing is stripped or turned into another type', async t => {
  const { app, client, publisher } = openRoom(t)
  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: unknown): Promise<[number, string]> => {
    const response = await app.inject({ method, url, headers: asProgram, ...(payload !== undefined && { payload: payload as object }) })
    t.match(response.headers['content-type'], /^application\/problem\+json/)
    t.same(Object.keys(response.json()).sort(), ['code', 'detail', 'status', 'title', 'type'])
    t.equal(response.json().type, `urn:colporteur:error:${response.json().code}`)
    return [response.statusCode, response.json().detail]
  }
  const issuesUrl = `/api/newsletters/${OWN}/issues`
  t.same(await send('POST', '/api/newsletters', { title: 'T', colour: 'red' }),
    [400, 'The body has fields that are not known here: colour.'])
  t.same(await send('POST', '/api/newsletters', { title: 7 }), [400, 'The body at title must be string.'])
  t.same(await send('POST', '/api/newsletters', { title: 'a\nb' }), [400, 'The title has to be one line of text, and not empty.'])
  t.same(await send('POST', '/api/newsletters', { title: '  ' }), [400, 'The title has to be one line of text, and not empty.'])
  t.same(await send('POST', '/api/newsletters', { title: 'T', language: 'plain English' }), [400, 'The language has to be a language code such as en or pt-BR.'])
  t.same(await send('POST', '/api/newsletters', { title: 'T'.repeat(501) }), [400, 'The title must have 200 characters or fewer.'])
  t.same(await send('POST', '/api/newsletters', {}), [400, 'The body lacks: title.'])
  t.same(await send('POST', '/api/newsletters'), [400, 'The body must be object.'])
  t.same(await send('POST', issuesUrl, { source: { markdown: 'x' }, dryRun: 'true' }), [400, 'The body at dryRun must be boolean.'])
  t.same(await send('POST', issuesUrl, { source: { markdown: 'x', path: '/etc' } }),
    [400, 'The body at source has none of the shapes that are accepted here.'])
  t.same(await send('PUT', `/api/issues/${REF}/read`, { read: 1 }), [400, 'The body at read must be boolean.'])
  t.same(await send('GET', '/api/inbox?limit=7x'), [400, 'The query at limit must be integer.'])
  t.same(await send('GET', '/api/inbox?limit=501'), [400, 'The limit must be 500 or less.'])
  t.same(await send('GET', '/api/inbox?colour=red'), [400, 'The query has fields that are not known here: colour.'])
  t.same(await send('GET', '/api/status?colour=red'), [400, 'The query has fields that are not known here: colour.'])
  t.equal((await send('GET', `/api/issues/${'x'.repeat(121)}`))[0], 400)
  t.equal((await send('GET', '/api/nothing'))[0], 404)
  t.equal((await send('GET', '/api/%'))[0], 400)
  t.same(publisher.published, [])

  const broken = await app.inject({ method: 'POST', url: '/api/newsletters', headers: { ...asProgram, 'content-type': 'application/json' },
    payload: '{"title"' })
  t.equal(broken.json().code, 'BAD_REQUEST')
  const plain = await app.inject({ method: 'POST', url: '/api/newsletters', headers: { ...asProgram, 'content-type': 'text/plain' },
    payload: '{"title":"T"}' })
  t.equal(plain.json().code, 'BAD_REQUEST', 'a form of another site can not pose as JSON')
  t.equal(await codeOf(client.publishIssue({ params: { newsletter: OWN }, body: { source: { markdown: 'x'.repeat(6 * 1024 * 1024) } } })),
    'TOO_LARGE')
  t.equal((await client.publishIssue({ params: { newsletter: OWN },
    body: { source: { markdown: 'x'.repeat(4 * 1024 * 1024) } } })).outcome, 'published')
})

t.test('failures keep their code, and foreign ones tell nothing but to the log', async t => {
  const { app, client, node, logged } = openRoom(t)
  t.equal(await codeOf(client.getNewsletter({ params: { newsletter: 'a/b?c' } })), 'NEWSLETTER_NOT_FOUND')
  t.equal(await codeOf(client.getIssue({ params: { issue: 'no' } })), 'ISSUE_NOT_FOUND')
  await t.rejects(client.getIssue({ params: { issue: 'no' } }), { message: 'There is no issue no.' })
  t.equal(logged.length, 0)

  const response = await app.inject({ url: '/api/issues/broken', headers: asProgram })
  t.equal(response.json().code, 'INTERNAL')
  t.notMatch(response.body, /secret detail|\.ts|\.js/)
  t.match(logged.join(''), /secret detail/)

  node.isReady = false
  t.equal(await codeOf(client.getReadiness()), 'NOT_READY')
})

t.test('the client names what it can not understand', async t => {
  const strange = createClient(async () => ({ status: 418, body: { code: 'TEAPOT', detail: 'short and stout' } }))
  await t.rejects(strange.getStatus(), { code: 'INTERNAL', message: 'short and stout' })
  const silent = createClient(async () => ({ status: 502, body: null }))
  await t.rejects(silent.getStatus(), { code: 'INTERNAL', message: 'The node answered with status 502.' })

  const { app, secrets } = openRoom(t)
  const port = await listen(app)
  const url = `http://127.0.0.1:${port}`
  t.equal((await createClient(fetchSender({ url, token: TOKEN })).getStatus()).pid, 1)
  const { token } = await createClient(fetchSender({ url, token: null })).openSession({ body: { code: secrets.createCode() } })
  t.equal((await createClient(fetchSender({ url, token })).markIssue({ params: { issue: REF }, body: { read: true } })).read, true)
  await app.close()
  t.equal(await codeOf(createClient(fetchSender({ url, token })).getStatus()), 'NODE_UNREACHABLE')
})
