import { spawnSync } from 'node:child_process'
import t from 'tap'
import { Cabling, type Ends, type Machine, type MachineNode, namespacesMissing, nodesOn, untilReadyOn } from '../support/namespaces.ts'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = namespacesMissing() ?? false

interface Apart {
  /** Of the author and the reader, between whom there is a firewall, and of a keeper, whom both reach. */
  machines: { author: Machine, reader: Machine, keeper: Machine }
  /** Starts a node, again on the same home. */
  start: (who: keyof Apart['machines'], ...args: string[]) => Promise<MachineNode>
}

async function apart (t: Ends): Promise<Apart> {
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const [middle, keeper, author, reader] = [cabling.machine('dht'), cabling.machine('hub'), cabling.machine('author'), cabling.machine('reader')]
  cabling.separate(author, reader)
  const dht = new ColporteurProcess(['bootstrap', '--bind', middle.address], { within: middle.within })
  t.teardown(() => dht.kill())
  const bootstrap = await dht.firstLine()
  const machines = { author, reader, keeper }
  return { machines, start: (who, ...args) => start(machines[who], ['--no-lan', '--bootstrap', bootstrap, ...args]) }
}

async function publishOn ({ client }: MachineNode, ...titles: string[]): Promise<string[]> {
  const newsletters: string[] = []
  for (const title of titles) {
    const { newsletter: { address } } = await client.createNewsletter({ body: { title } })
    await client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Lunch\n\nAt noon.\n' } } })
    newsletters.push(address)
  }
  return newsletters
}

t.test('where a firewall forbids the way between two nodes, a keeper carries their connection', { skip }, async t => {
  const { machines, start } = await apart(t)
  // Who does not even get the other's hardware address is told so by the system, within seconds.
  const reaches = (address: string): boolean => spawnSync('ip', ['netns', 'exec', machines.author.name, process.execPath, '-e',
    `require('net').connect({ host: '${address}', port: 9 }).on('error', error => process.exit(error.code === 'ECONNREFUSED' ? 0 : 1))`]).status === 0
  t.ok(reaches(machines.keeper.address), 'both reach the keeper')
  t.notOk(reaches(machines.reader.address), 'and not each other')

  const [author, keeper, reader] = await Promise.all([start('author'), start('keeper', '--relay'), start('reader')])
  const [kept, between] = await publishOn(author, 'Kept', 'Between us') as [string, string]
  await keeper.client.keepNewsletter({ body: { address: kept } })
  await untilReadyOn(keeper, kept, 1)
  await reader.client.subscribe({ body: { address: kept } })
  await untilReadyOn(reader, kept, 1)
  // The keeper does not have this one: it can come from its author alone.
  await reader.client.subscribe({ body: { address: between } })
  await untilReadyOn(reader, between, 1)

  const key = (await keeper.client.listPeers()).peers.find(({ host }) => host === machines.author.address)!.key
  t.match((await reader.client.listPeers()).peers.find(peer => peer.key === key), { host: machines.keeper.address, newsletters: [kept, between] }, 'they are connected, by way of the keeper')
  const issues = (await reader.client.listIssues({ params: { newsletter: between }, query: {} })).issues
  t.match(await reader.client.verifyIssue({ params: { issue: issues[0]!.ref } }), { verified: true })

  // What it carried goes with it.
  await keeper.stop()
  await until('the connection has ended', async () => !(await reader.client.listPeers()).peers.some(peer => peer.key === key))
})

t.test('a keeper that carries connections only later carries those that have not come about, even of nodes that everybody else reaches', { skip }, async t => {
  const { machines, start } = await apart(t)
  // Who offers to be a relay says that everybody can reach it, and without a receipt nobody uses it as one.
  const [author, before, reader] = await Promise.all([start('author', '--relay'), start('keeper'), start('reader', '--relay')])
  const [kept, between] = await publishOn(author, 'Kept', 'Between us') as [string, string]
  await before.client.keepNewsletter({ body: { address: kept } })
  await untilReadyOn(before, kept, 1)
  for (const address of [kept, between]) await reader.client.subscribe({ body: { address } })
  await untilReadyOn(reader, kept, 1)
  await before.stop()
  const keeper = await start('keeper', '--relay')
  await untilReadyOn(reader, between, 1)
  t.ok((await reader.client.listPeers()).peers.every(({ host }) => host === machines.keeper.address))
  await keeper.stop()
})
