import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DRAFT } from './memory-drafts.ts'
import { asProgram, openRoom } from './room.ts'
import { ISSUE, REF } from './samples.ts'

t.test('the page of the console comes with a policy that lets nothing in from elsewhere', async t => {
  const webFolder = join(t.testdir(), 'web')
  mkdirSync(join(webFolder, 'assets'), { recursive: true })
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Console</title>')
  writeFileSync(join(webFolder, 'assets/main.js'), 'export {}')
  const { app } = openRoom(t, { webFolder })
  const page = await app.inject('/')
  t.match(page.body, /Console/)
  t.equal(page.headers['content-security-policy'],
    "default-src 'self';img-src 'self' data: blob:;style-src 'self';script-src 'self';frame-src 'self';connect-src 'self';" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'")
  const script = await app.inject('/assets/main.js')
  t.equal(script.statusCode, 200)
  t.match(script.headers['content-type'], /javascript/)
  t.equal((await app.inject('/assets/other.js')).json().code, 'UNAUTHORIZED', 'what is not there looks like the rest')
  t.equal((await app.inject({ url: '/..%2f..%2fetc/passwd', headers: asProgram })).json().code, 'NOT_FOUND')

  const without = await openRoom(t, { webFolder: '/nowhere' }).app.inject('/')
  t.equal(without.statusCode, 200)
  t.match(without.body, /was not built/)
})

t.test('the page of an issue is sandboxed, and its pass opens this issue alone', async t => {
  const { app, client } = openRoom(t)
  const { path } = await client.openIssue({ params: { issue: ISSUE } })
  const page = await app.inject(path)
  t.equal(page.statusCode, 200)
  t.equal(page.headers['content-security-policy'], "default-src 'none'; img-src 'self'; style-src 'sha256-abc='; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-downloads")
  t.match(page.headers, { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'unsafe-none', 'x-frame-options': 'SAMEORIGIN' })
  const picture = /src="([^"]+)"/.exec(page.body)![1]!
  t.ok(picture.startsWith(`/read/${REF}/files/a%20b.png?pass=`))
  const shown = await app.inject(picture)
  t.equal(shown.body, '0123456789')
  t.equal(shown.headers['cross-origin-resource-policy'], 'cross-origin', 'the sandboxed page is another origin')

  const pass = path.slice(path.indexOf('?'))
  t.equal((await app.inject(`/read/${ISSUE}${pass}`)).statusCode, 401, 'under another name')
  t.equal((await app.inject(`/read/${REF}?pass=x`)).statusCode, 401)
  t.equal((await app.inject(`/read/${REF}${pass}&pass=x`)).statusCode, 401)

  const asked = await app.inject({ url: `/read/${ISSUE}`, headers: asProgram })
  t.match(asked.body, new RegExp(`/read/${REF}/files/a%20b\\.png\\?pass=`), 'who has a token gets a page with a pass for its pictures')
  const withToken = await app.inject({ url: `/read/${ISSUE}/files/a%20b.png`, headers: asProgram })
  t.equal(withToken.headers['cross-origin-resource-policy'], 'same-origin')
})

t.test('the page of a draft is as closed as that of an issue, and its pass opens this draft alone', async t => {
  const { app, client } = openRoom(t)
  const { path } = await client.openDraft({ params: { draft: DRAFT } })
  const { path: issuePath } = await client.openIssue({ params: { issue: ISSUE } })
  const [page, issuePage] = [await app.inject(path), await app.inject(issuePath)]
  for (const name of ['content-security-policy', 'cache-control', 'cross-origin-opener-policy', 'x-frame-options', 'x-content-type-options']) {
    t.ok(page.headers[name])
    t.equal(page.headers[name], issuePage.headers[name], name)
  }
  const picture = /src="([^"]+)"/.exec(page.body)![1]!
  t.ok(picture.startsWith(`/preview/${DRAFT}/files/a%20b.png?pass=`), 'by its name in the draft')
  t.match(await app.inject(picture), { body: '0123456789', headers: { 'cross-origin-resource-policy': 'cross-origin' } })

  const pass = path.slice(path.indexOf('?'))
  t.equal((await app.inject(`/preview/${ISSUE}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/read/${DRAFT}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/api/drafts/${DRAFT}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/preview/${DRAFT}${issuePath.slice(issuePath.indexOf('?'))}`)).statusCode, 401)
  t.equal((await app.inject(`/preview/${DRAFT}`)).statusCode, 401)
})
