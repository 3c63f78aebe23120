import { spawnSync } from 'node:child_process'
import t from 'tap'
import { Cabling, namespacesMissing, nodesOn, untilReadyOn } from '../support/namespaces.ts'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = namespacesMissing() ?? false

t.test('where a firewall forbids the way between two nodes, a keeper carries their connection', { skip }, async t => {
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const [middle, hub, one, two] = [cabling.machine('dht'), cabling.machine('hub'), cabling.machine('author'), cabling.machine('reader')]
  cabling.separate(one, two)
  // Who does not even get the other's hardware address is told so by the system, within seconds.
  const reaches = (address: string): boolean => spawnSync('ip', ['netns', 'exec', one.name, process.execPath, '-e',
    `require('net').connect({ host: '${address}', port: 9 }).on('error', error => process.exit(error.code === 'ECONNREFUSED' ? 0 : 1))`]).status === 0
  t.ok(reaches(hub.address), 'both reach the keeper')
  t.notOk(reaches(two.address), 'and not each other')
  const dht = new ColporteurProcess(['bootstrap', '--bind', middle.address], { within: middle.within })
  t.teardown(() => dht.kill())
  const args = ['--no-lan', '--bootstrap', await dht.firstLine()]

  const [author, keeper, reader] = await Promise.all([start(one, args), start(hub, [...args, '--relay']), start(two, args)])
  const newsletters: string[] = []
  for (const title of ['Kept', 'Between us']) {
    const { newsletter: { address } } = await author.client.createNewsletter({ body: { title } })
    await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Lunch\n\nAt noon.\n' } } })
    newsletters.push(address)
  }
  const [kept, between] = newsletters as [string, string]
  await keeper.client.keepNewsletter({ body: { address: kept } })
  await untilReadyOn(keeper, kept, 1)
  await reader.client.subscribe({ body: { address: kept } })
  await untilReadyOn(reader, kept, 1)
  // The keeper does not have this one: it can come from its author alone.
  await reader.client.subscribe({ body: { address: between } })
  await untilReadyOn(reader, between, 1)

  const key = (await keeper.client.listPeers()).peers.find(({ host }) => host === one.address)!.key
  t.match((await reader.client.listPeers()).peers.find(peer => peer.key === key), { host: hub.address, newsletters: [kept, between] }, 'they are connected, by way of the keeper')
  const issues = (await reader.client.listIssues({ params: { newsletter: between }, query: {} })).issues
  t.match(await reader.client.verifyIssue({ params: { issue: issues[0]!.ref } }), { verified: true })

  // What it carried goes with it.
  await keeper.stop()
  await until('the connection has ended', async () => !(await reader.client.listPeers()).peers.some(peer => peer.key === key))
})
