import t from 'tap'
import { killPublisher, killReader } from '../support/kill-storm.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { run } from '../support/processes.ts'

// Storms of them are in test/long.
const KILLS = 2

t.test('a publisher killed again and again during bulk publishing loses nothing and shows nothing half', t => killPublisher(t, KILLS))
t.test('a reader killed again and again during a download goes on where it was', t => killReader(t, KILLS))

t.test('a second process on the same home is refused, and told what to do', async t => {
  const network = await testNetwork(t)
  const node = await network.open('home')
  const newsletter = await createNewsletter(node, 'Mine')
  await publishIssues(node, newsletter, 1)
  const second = await run(['start', '--headless', '--port', '0', '--home', node.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1'])
  t.equal(second.code, 77)
  t.match(second.stderr, /Another process|already running|in use|is using/i)
})
