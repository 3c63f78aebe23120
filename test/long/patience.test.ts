import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setInterval } from 'node:timers/promises'
import t from 'tap'
import { nodeSender } from '../../console/cli/node-sender.ts'

/** Longer than clients of HTTP usually wait for the first byte. */
const WORKS_MS = 310_000

t.test('a command waits for a node that works for more than five minutes', async t => {
  const work = async (): Promise<void> => { for await (const _ of setInterval(WORKS_MS)) return }
  const server = createServer((_request, response) => {
    void work().then(() => response.end('{"done":true}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const send = nodeSender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'token' })
  t.same(await send({ method: 'POST', path: '/api/bundles/opened', body: { path: '/bundle' } }), { status: 200, body: { done: true } })
})
