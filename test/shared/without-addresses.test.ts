import t from 'tap'
import { createLog } from '../../shared/log.ts'
import { withoutAddresses } from '../../shared/without-addresses.ts'

t.test('where a machine is does not stay in a text, however it is written', async t => {
  const texts: [text: string, without: string][] = [
    ['connect ECONNREFUSED 192.168.1.5:1234', 'connect ECONNREFUSED [address]:1234'],
    ['connect ECONNREFUSED 192.168.1.5:1234 - Local (10.0.0.7:0)', 'connect ECONNREFUSED [address]:1234 - Local ([address]:0)'],
    ['bind EADDRINUSE 0.0.0.0', 'bind EADDRINUSE [address]'],
    ['connect ECONNREFUSED 2001:db8::7:8080', 'connect ECONNREFUSED [address]'],
    ['2001:db8:0:0:0:0:0:1:8080 is gone', '[address] is gone'],
    ['[2001:DB8::7]:80', '[[address]]:80'],
    ['::ffff:10.0.0.1', '[address]'],
    ['fe80::1%eth0', '[address]%eth0'],
    ['udp:10.0.0.5:49737, 10.0.0.6', 'udp:[address]:49737, [address]'],
    ['host:2001:db8::1', 'host:[address]'],
    ['node_7:fe80::1, decade:::ffff:10.0.0.1', 'node_7:[address], decade:[address]'],
    [JSON.stringify('failed\n10.0.0.5:1\t2001:db8::1\u001b::1'), String.raw`"failed\n[address]:1\t[address]\u001b[address]"`]
  ]
  for (const [text, without] of texts) t.equal(withoutAddresses(text), without)
  for (const text of ['2026-11-28T08:09:27.123Z', 'hypercore 11.37.1', 'at file:///home/a/b.ts:12:34)', '08:09:27', '300.1.2.3', 'node:net:1595:16', 'std::abc', 'at TLSSocket::emit (node:events:513:28)', '{"level":30}']) {
    t.equal(withoutAddresses(text), text)
  }
})

t.test('no line of the log says where a machine is, and each is a line as before', async t => {
  const lines: string[] = []
  const log = createLog('debug', { write: line => { lines.push(line) } })
  const failed = Object.assign(new Error('read ETIMEDOUT 203.0.113.9:4747'), { address: '203.0.113.9', port: 4747 })
  log.debug({ host: '203.0.113.9', peer: '0a1b2c3d' }, 'from 2001:db8::9')
  log.error({ err: failed }, 'failed')
  log.info('both failed:\n203.0.113.9:1\n2001:db8::9')
  t.equal(lines.length, 3)
  t.notMatch(lines.join(''), /203\.0|2001:db8/)
  t.match(lines.map(line => JSON.parse(line) as unknown), [
    { time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, host: '[address]', peer: '0a1b2c3d', msg: 'from [address]' },
    { err: { message: 'read ETIMEDOUT [address]:4747', port: 4747 } },
    { msg: 'both failed:\n[address]:1\n[address]' }
  ])
})
