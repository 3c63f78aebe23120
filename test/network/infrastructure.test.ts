import t from 'tap'
import { Cabling, type Machine, framesInto, inMachine, namespacesMissing, nodesOn, untilReadyOn } from '../support/namespaces.ts'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = namespacesMissing() ?? false

t.test('an organisation with a DHT of its own asks nobody outside for anything, and either machine of the DHT may be off', { skip }, async t => {
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const [first, second, one, two, three] = ['dht-a', 'dht-b', 'author', 'keeper', 'reader'].map(name => cabling.machine(name)) as [Machine, Machine, Machine, Machine, Machine]
  const outside = cabling.wayOut()
  const dht = new ColporteurProcess(['bootstrap', '--bind', first.address], { within: first.within })
  t.teardown(() => dht.kill())
  const nodes = await dht.firstLine()
  const other = new ColporteurProcess(['bootstrap', '--bind', second.address, '--join', nodes], { within: second.within })
  t.teardown(() => other.kill())
  const bootstrap = ['--no-lan', '--bootstrap', `${nodes},${await other.firstLine()}`]

  const [author, keeper] = await Promise.all([start(one, bootstrap), start(two, bootstrap)])
  const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'The Office' } })
  await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Lunch\n\n![](https://example.org/remote.png) At noon.\n' } } })
  await keeper.client.keepNewsletter({ body: { address } })
  await untilReadyOn(keeper, address, 1)
  await author.stop()
  await dht.kill()
  const reader = await start(three, bootstrap)
  await reader.client.subscribe({ body: { address } })
  await untilReadyOn(reader, address, 1)
  await reader.stop()
  await keeper.stop()
  t.equal(framesInto(outside), 0, 'not one packet has left, whatever it was')

  // And what leaves is seen: a node that is told of no DHT asks the public one.
  t.match(inMachine(three, 'ip route get 88.99.3.86'), /via/)
  const astray = await start(three, ['--no-lan'], 'astray')
  await astray.client.subscribe({ body: { address } })
  await until('it has asked outside', () => framesInto(outside) > 0)
})
