import t from 'tap'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'
import { followReady } from './spread/ready-issues.ts'

t.test('who is let go of because it does not read listens again, and misses nothing', async t => {
  const author = await (await testNetwork(t)).open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const refs = await publishIssues(author, newsletter, 1)
  const { node, client } = author
  const ready = new Set<string>()
  const end = new AbortController()
  const following = followReady({ client, url: await node.listen(), token: node.programToken }, end.signal, ref => { ready.add(ref) })
  await until('what was there is known', () => ready.size === 1)
  refs.push(...await publishIssues(author, newsletter, 1, 2))
  await until('what has come is told', () => ready.size === 2)

  for (let number = 3; number <= 5; number++) {
    node.app.server.closeAllConnections()
    refs.push(...await publishIssues(author, newsletter, 1, number))
    await until('what has come meanwhile is known', () => ready.size === number)
  }
  t.same([...ready].sort(), refs.sort())
  end.abort()
  await following
})
