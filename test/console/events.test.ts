import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { AtMostEvery } from '../../console/server/at-most-every.ts'
import { ask, asProgram, listen, openRoom } from './room.ts'
import { issueNamed, OTHER, OWN, TOKEN } from './samples.ts'

/** Reads server-sent events one by one. */
async function * eventsOf (response: AsyncIterable<string>): AsyncGenerator<[string, Record<string, unknown>]> {
  let rest = ''
  for await (const chunk of response) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? []
      if (name !== undefined) yield [name, JSON.parse(data!)]
    }
  }
}

interface OpenedStream { response: IncomingMessage, next: () => Promise<[string, Record<string, unknown>] | null> }

async function openStream (port: number): Promise<OpenedStream> {
  const request = httpRequest({ host: '127.0.0.1', port, path: '/api/events', headers: asProgram, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  const events = eventsOf(response.setEncoding('utf8'))
  return {
    response,
    next: async () => {
      const { done, value } = await events.next()
      return done ? null : value
    }
  }
}

t.test('events tell first what is, then what changes', async t => {
  const { app, client, subscriber, node, locks } = openRoom(t)
  const port = await listen(app)
  const { response, next } = await openStream(port)
  t.match(response.headers, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store',
    'x-content-type-options': 'nosniff' })
  const [name, state] = (await next())!
  t.equal(name, 'state')
  t.match(state, { status: { version: '0.0.0' }, newsletters: [{ title: 'Mine', wordsUnconfirmed: true }, { title: 'The Long Road' }],
    subscriptions: [{ newsletter: OTHER }] })

  subscriber.emit('issueChanged', issueNamed('Two'))
  t.match(await next(), ['issueChanged', { title: 'Two' }])
  node.count = 3
  node.emit('statusChanged')
  t.match(await next(), ['statusChanged', { network: { peers: 3 } }])
  subscriber.emit('newsletterChanged', OWN)
  t.match(await next(), ['newsletterChanged', { title: 'Mine', wordsUnconfirmed: true }])
  await locks.lock()
  t.match(await next(), ['newsletterChanged', { title: 'Mine', keys: 'locked' }])
  await client.importIssues({ params: { newsletter: OWN }, body: { path: '/folder' } })
  t.same(await next(), ['importProgressed', { newsletter: OWN, done: 1, total: 2, name: 'one.md' }])
  t.same(await next(), ['importProgressed', { newsletter: OWN, done: 2, total: 2, name: 'two.md' }])

  const progress = (peers: number): void => {
    subscriber.peers = peers
    subscriber.emit('subscriptionProgressed', OTHER)
  }
  for (let peers = 1; peers <= 50; peers++) progress(peers)
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 1 } }], 'the first at once')
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 50 } }], 'then the newest')

  progress(51)
  await client.unsubscribe({ params: { newsletter: OTHER } })
  subscriber.emit('newsletterChanged', OTHER)
  progress(52)
  subscriber.emit('issueChanged', issueNamed('Last'))
  t.same(await next(), ['newsletterRemoved', { newsletter: OTHER }], 'progress that waited is not told after the end')
  t.match(await next(), ['issueChanged', { title: 'Last' }], 'nor a change of what is gone')
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 52 } }], 'and who subscribes again need not wait')
  response.destroy()
})

t.test('what happens while the state is gathered follows it', async t => {
  const { app, subscriber, node } = openRoom(t)
  let tellStatus = (): void => {}
  const status = await node.status()
  const asked = new Promise<void>(resolve => {
    node.status = async () => {
      resolve()
      await new Promise<void>(resolve => { tellStatus = resolve })
      return status
    }
  })
  const port = await listen(app)
  const opening = openStream(port)
  await asked
  subscriber.emit('issueChanged', issueNamed('Early'))
  tellStatus()
  const { response, next } = await opening
  t.equal((await next())?.[0], 'state')
  t.match(await next(), ['issueChanged', { title: 'Early' }])
  response.destroy()
})

t.test('the app closes while streams are open, and tells nobody afterwards', async t => {
  const { app, subscriber, node } = openRoom(t)
  const port = await listen(app)
  const streams = [await openStream(port), await openStream(port)]
  for (const { next } of streams) t.equal((await next())?.[0], 'state')
  t.equal(subscriber.listenerCount('issueChanged'), 1)
  await Promise.all([app.close(), ...streams.map(async ({ next }) => t.equal(await next(), null))])
  t.equal(subscriber.listenerCount('issueChanged') + subscriber.listenerCount('subscriptionProgressed'), 0)
  t.equal(node.listenerCount('statusChanged'), 0)
})

t.test('who does not read is dropped', async t => {
  const { app, subscriber } = openRoom(t)
  const port = await listen(app)
  const connected = once(app.server, 'connection') as Promise<[Socket]>
  // Being cut off is what it waits for.
  const client = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => client.destroy())
  client.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
  const [served] = await connected
  await once(client, 'data')
  client.pause()
  const large = { ...issueNamed('Large'), summary: 'x'.repeat(1024 * 1024) }
  // Sockets of the system take some megabytes by themselves, a bit in each round of the event loop.
  for (let round = 0; round < 200 && !served.destroyed; round++) {
    subscriber.emit('issueChanged', large)
    await new Promise(resolve => setImmediate(resolve))
  }
  t.ok(served.destroyed)
})

t.test('at most 32 streams are open', async t => {
  const { app } = openRoom(t)
  const served = new Map<number, Socket>()
  app.server.on('connection', (socket: Socket) => served.set(socket.remotePort!, socket))
  const port = await listen(app)
  const streams = await Promise.all(Array.from({ length: 32 }, () => openStream(port)))
  t.equal((await ask(port, '/api/events', asProgram)).code, 'TOO_MANY_REQUESTS')
  const { socket } = streams[0]!.response
  const gone = once(served.get(socket.localPort!)!, 'close')
  socket.destroy()
  await gone
  const { next } = await openStream(port)
  t.equal((await next())?.[0], 'state', 'one that ended makes room')
  await app.close()
})

t.test('the newest news of a thing always arrives', async t => {
  const rate = new AtMostEvery(20)
  const told: string[] = []
  await new Promise<void>(resolve => {
    const hold = setInterval(() => {}, 1000)
    for (const count of [1, 2, 3]) rate.run('a', () => told.push(`a${count}`))
    rate.run('b', () => told.push('b1'))
    rate.run('b', () => told.push('b2'))
    rate.forget('b')
    t.same(told, ['a1', 'b1'])
    rate.run('c', () => {})
    rate.run('c', () => {
      clearInterval(hold)
      resolve()
    })
  })
  t.same(told, ['a1', 'b1', 'a3'])
  rate.clear()
})
