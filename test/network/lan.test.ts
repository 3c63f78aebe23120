import { spawnSync } from 'node:child_process'
import t from 'tap'
import { Cabling, type Machine, namespacesMissing, nodesOn, untilReadyOn } from '../support/namespaces.ts'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'

const skip = namespacesMissing() ?? false
/** Where multicast DNS listens, as /proc/net/udp writes it. */
const MDNS_PORT = /:14E9 /
const DEBUG = ['--log-level', 'debug']
const IP_ADDRESS = /\d+\.\d+\.\d+\.\d+|::ffff|fe80:/i

function inside ({ within }: Machine, ...command: string[]): { status: number | null, stdout: string } {
  return spawnSync(within[0]!, [...within.slice(1), ...command], { encoding: 'utf8' })
}

t.test('two machines on one cable, and no way out of it, synchronise by themselves', { skip }, async t => {
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const [first, second, third] = [cabling.machine('author'), cabling.machine('reader'), cabling.machine('alone')]
  for (const machine of [first, second]) t.not(inside(machine, 'ip', 'route', 'get', '88.99.3.86').status, 0, 'there is no route to anywhere else')
  const [author, reader, alone] = await Promise.all([start(first, DEBUG), start(second, DEBUG), start(third, ['--no-lan'])])
  const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'The Office' } })
  await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Lunch\n\nAt noon.\n' } } })
  await Promise.all([reader, alone].map(({ client }) => client.subscribe({ body: { address } })))
  await untilReadyOn(reader, address, 1)
  await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Cake\n\nAt four.\n' } } })
  await untilReadyOn(reader, address, 2)
  const [issue] = (await reader.client.getInbox({})).issues
  t.match(await reader.client.verifyIssue({ params: { issue: issue!.ref } }), { verified: true, title: 'Cake' })
  t.match(await reader.client.listPeers(), { peers: [{ host: first.address, newsletters: [address] }] })
  t.match(await author.client.listPeers(), { peers: { length: 1, 0: { host: second.address } } }, 'one connection, whoever called first')
  await until('the author counts the copy', async () => (await author.client.getNewsletterCopies({ params: { newsletter: address } })).newest?.copies === 1)

  t.match(await alone.client.listPeers(), { peers: { length: 0 } }, 'who does not want that meets nobody')
  t.match(await alone.client.getSubscription({ params: { newsletter: address } }), { progress: { state: 'looking', issues: { known: 0 } } })
  t.match(inside(second, 'cat', '/proc/net/udp').stdout, MDNS_PORT)
  t.notMatch(inside(third, 'cat', '/proc/net/udp').stdout, MDNS_PORT, 'and neither listens nor says anything')

  // The cable is pulled and put in again.
  cabling.plug(second, false)
  await until('they have noticed', async () => (await author.client.listPeers()).peers.length === 0 && (await reader.client.listPeers()).peers.length === 0)
  await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Tea\n\nAt five.\n' } } })
  cabling.plug(second, true)
  await untilReadyOn(reader, address, 3)

  for (const { process: { stderr } } of [author, reader]) {
    t.match(stderr, /"msg":"(?:the local network|connection)"/, 'what became of connections is told')
    t.notMatch(stderr, IP_ADDRESS, 'and not with whom they were')
  }
})

t.test('nodes that meet in both ways keep one connection, and on loopback nobody is looked for', { skip }, async t => {
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const [one, two, three] = [cabling.machine('author'), cabling.machine('reader'), cabling.machine('dht')]
  const dht = new ColporteurProcess(['bootstrap', '--bind', three.address], { within: three.within })
  t.teardown(() => dht.kill())
  const bootstrap = ['--bootstrap', await dht.firstLine()]
  const [author, reader, loopback] = await Promise.all([start(one, bootstrap), start(two, bootstrap), start(three, [...bootstrap, '--bind', '127.0.0.1'])])
  t.notMatch(inside(three, 'cat', '/proc/net/udp').stdout, MDNS_PORT)
  const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'The Office' } })
  await author.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# Lunch\n\nAt noon.\n' } } })
  await reader.client.subscribe({ body: { address } })
  await untilReadyOn(reader, address, 1)
  await until('each has the other once', async () => {
    const peers = await Promise.all([author, reader].map(async ({ client }) => (await client.listPeers()).peers))
    return peers.every(list => list.length === 1 && list[0]!.newsletters.includes(address))
  }, async () => await Promise.all([author, reader].map(({ client }) => client.listPeers())))
  t.match(await loopback.client.listPeers(), { peers: { length: 0 } })
})
