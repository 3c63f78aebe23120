import t from 'tap'
import { byteRange } from '../../console/server/byte-range.ts'
import { DRAFT } from './memory-drafts.ts'
import { asProgram, openRoom } from './room.ts'
import { REF } from './samples.ts'

t.test('files of an issue come whole, in ranges or not again, and run nothing', async t => {
  const { app, subscriber } = openRoom(t)
  const get = async (name: string, headers: Record<string, string> = {}) =>
    await app.inject({ url: `/read/${REF}/files/${encodeURIComponent(name)}`, headers: { ...asProgram, ...headers } })

  const whole = await get('a b.png')
  t.match(whole, { statusCode: 200, body: '0123456789' })
  t.match(whole.headers, { 'content-type': 'image/png', 'content-length': '10', 'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff' })
  t.notOk(whole.headers['content-disposition'])
  const etag = String(whole.headers.etag)

  const range = await get('a b.png', { range: 'bytes=2-4' })
  t.match(range, { statusCode: 206, body: '234' })
  t.match(range.headers, { 'content-range': 'bytes 2-4/10', 'content-length': '3' })
  t.match(await get('a b.png', { range: 'bytes=8-' }), { statusCode: 206, body: '89' })
  t.match(await get('a b.png', { range: 'bytes=-3' }), { statusCode: 206, body: '789' })
  t.same(subscriber.opened, [[0, 9], [2, 4], [8, 9], [7, 9]], 'nothing else was read')
  const beyond = await get('a b.png', { range: 'bytes=10-' })
  t.match(beyond, { statusCode: 416, body: '' })
  t.equal(beyond.headers['content-range'], 'bytes */10')
  t.match(await get('a b.png', { range: 'bytes=2-4', 'if-range': etag }), { statusCode: 206 })
  t.match(await get('a b.png', { range: 'bytes=2-4', 'if-range': '"old"' }), { statusCode: 200 })

  for (const condition of [etag, `W/${etag}`, `"old", ${etag}`, '*']) {
    t.match(await get('a b.png', { 'if-none-match': condition }), { statusCode: 304, body: '' })
  }
  t.match(await get('a b.png', { 'if-none-match': '"old"' }), { statusCode: 200 })

  const drawing = await get('drawing.svg')
  t.match(drawing.headers, { 'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
  const bomb = await get('bomb.png', { range: 'bytes=2-4' })
  t.match(bomb, { statusCode: 206, body: '234' })
  t.match(bomb.headers, { 'content-type': 'application/octet-stream', 'content-disposition': "attachment; filename*=UTF-8''bomb.png",
    'x-content-type-options': 'nosniff' })
  t.match((await get('bomb.png', { 'sec-fetch-dest': 'image' })).json(), { code: 'BAD_FORMAT', detail: /it is too large/ }, 'nor to be shown, under whatever type')
  t.match(await get('a b.png', { 'sec-fetch-dest': 'image' }), { statusCode: 200 })
  const evil = await get('evil.html')
  t.match(evil.headers, { 'content-type': 'application/octet-stream', 'content-disposition': "attachment; filename*=UTF-8''evil.html" })
  t.match(await get('empty.png'), { statusCode: 200, body: '' })
  t.match(await get('empty.png', { range: 'bytes=0-' }), { statusCode: 416 })
  t.match(await get('other.png'), { statusCode: 404 })
})

t.test('the bytes of a draft\'s file are taken as they are, and nothing else is', async t => {
  const { app } = openRoom(t)
  const put = async (headers: Record<string, string>, payload: string) =>
    await app.inject({ method: 'PUT', url: `/api/drafts/${DRAFT}/files/a.json`, headers: { ...asProgram, ...headers }, payload })
  t.match((await put({ 'content-type': 'application/octet-stream' }, '{"path":1}')).json(), { title: 'put a.json {"path":1} undefined 10' })
  t.match((await put({ 'content-type': 'application/json' }, '{}')).json(), { code: 'BAD_REQUEST' })
  t.match((await put({ 'content-type': 'application/octet-stream', 'content-length': String(65 * 1024 * 1024) }, '')).json(), { code: 'TOO_LARGE' })
})

t.test('ranges are understood as RFC 9110 says', async t => {
  t.same(byteRange('bytes=0-0', 10), { start: 0, end: 0 })
  t.same(byteRange('bytes=5-99', 10), { start: 5, end: 9 })
  t.same(byteRange('bytes=-99', 10), { start: 0, end: 9 })
  for (const none of [undefined, '', 'bytes=', 'bytes=-', 'bytes=0-1,3-4', 'items=0-1', 'bytes=4-2', 'bytes=a-b', 'bytes=1.5-']) {
    t.equal(byteRange(none, 10), null, String(none))
  }
  for (const beyond of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) t.equal(byteRange(beyond, 10), 'notSatisfiable', beyond)
})
