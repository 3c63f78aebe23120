import { once } from 'node:events'
import { type IncomingHttpHeaders, request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'

interface Answer { status: number, headers: IncomingHttpHeaders, body: string }

/** A request with exactly these headers, which may stand there twice. */
async function ask (port: number, path: string, headers: [string, string][] = [], method = 'GET'): Promise<Answer> {
  const raw = [['host', `127.0.0.1:${port}`], ...headers].flat()
  const request = httpRequest({ host: '127.0.0.1', port, path, method, setHost: false, agent: false, headers: raw }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  return { status: response.statusCode!, headers: response.headers, body: await text(response) }
}

t.test('the reading origin gives the page of an issue to who has its pass, and nothing else to anybody', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { port: consolePort } = new URL(await author.node.listen())
  const newsletter = await createNewsletter(author, 'The Long Road')
  const [first, second] = await publishIssues(author, newsletter, 2)
  const { path, readingPort } = await author.client.openIssue({ params: { issue: first! } })
  const other = await author.client.openIssue({ params: { issue: second! } })
  const port = readingPort!
  t.not(String(port), consolePort)

  const page = await ask(port, path)
  t.equal(page.status, 200)
  t.match(page.body, /Text of issue 1/)
  const policy = page.headers['content-security-policy'] as string
  t.match(policy, "default-src 'none'; img-src 'self'; style-src 'sha256-")
  t.match(policy, `frame-ancestors 'self' http://127.0.0.1:${consolePort}; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads`)
  t.notMatch(policy, /script|unsafe/)
  t.match(page.body, /<link rel="stylesheet" href="\/assets\/fonts-[\w-]+\.css">/, 'it is lent the fonts')
  t.match(policy, new RegExp(`http://127\\.0\\.0\\.1:${port}/assets/fonts-[\\w-]+\\.css; font-src 'self'`))
  t.equal((await ask(port, path, [['sec-fetch-site', 'same-origin']])).status, 200)
  const beside = await ask(Number(consolePort), path)
  t.match(beside.headers['content-security-policy'], "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-downloads")
  t.notMatch(beside.body, /<link/, 'where the console is, the page is as it always was')

  const lectern = await ask(port, '/lectern.html')
  t.match(lectern.body, `data-console="http://127.0.0.1:${consolePort}"`)
  t.match(lectern.headers['content-security-policy'], "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; " +
    `frame-ancestors http://127.0.0.1:${consolePort}`)
  for (const [, asset] of lectern.body.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)) t.equal((await ask(port, asset!)).status, 200, asset!)
  const framed: [string, string][] = [['sec-fetch-site', 'same-site'], ['sec-fetch-mode', 'navigate'], ['sec-fetch-dest', 'iframe']]
  t.equal((await ask(port, '/lectern.html', framed)).status, 200, 'the console may frame the lectern')

  const token = ['authorization', `Bearer ${author.node.programToken}`] as [string, string]
  const pass = path.slice(path.indexOf('?'))
  for (const [what, status, answer] of [
    ['without a pass', 401, ask(port, path.slice(0, path.indexOf('?')))],
    ['with a token instead of a pass', 401, ask(port, path.slice(0, path.indexOf('?')), [token])],
    ['with the pass of another issue', 401, ask(port, other.path.slice(0, other.path.indexOf('?')) + pass)],
    ['the API', 401, ask(port, '/api/status', [token])],
    ['the events', 401, ask(port, '/api/events', [token])],
    ['the console', 401, ask(port, '/', [token])],
    ['what is open on the console\'s side', 401, ask(port, '/healthz')],
    ['a POST', 401, ask(port, path, [], 'POST')],
    ['a page framed by the console itself', 403, ask(port, path, framed)],
    ['from another site', 403, ask(port, path, [['sec-fetch-site', 'cross-site']])],
    ['the lectern in a frame of another site', 403, ask(port, '/lectern.html', [['sec-fetch-site', 'cross-site'], ...framed.slice(1)])],
    ['the lectern by a script of the console', 403, ask(port, '/lectern.html', [['sec-fetch-site', 'same-site'], ['sec-fetch-mode', 'cors'], ['sec-fetch-dest', 'empty']])],
    ['with the origin of another site', 403, ask(port, path, [['origin', 'http://evil.test']])],
    ['with the origin of the console', 403, ask(port, path, [['origin', `http://127.0.0.1:${consolePort}`]])],
    ['with a host twice', 421, ask(port, path, [['host', `127.0.0.1:${port}`]])],
    ['with an origin twice', 400, ask(port, path, [['origin', `http://127.0.0.1:${port}`], ['Origin', 'http://evil.test']])]
  ] as const) t.equal((await answer).status, status, what)
  t.equal((await ask(Number(consolePort), '/api/status', [token, ['Authorization', 'Bearer x']])).status, 400, 'the console takes no header twice either')

  const rebound = httpRequest({ host: '127.0.0.1', port, path, setHost: false, headers: { host: `evil.test:${port}` } }).end()
  const [response] = await once(rebound, 'response') as [IncomingMessage]
  t.equal(response.statusCode, 421, 'a name that was rebound to this machine')
  const console = await ask(Number(consolePort), '/')
  t.match(console.headers['content-security-policy'], `frame-src 'self' http://127.0.0.1:${port};`, 'the console frames nothing else')
})
