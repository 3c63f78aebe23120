import t from 'tap'
import { loadConfig, resolveConfig, settingsOf, usualMachineKey } from '../../shared/config.ts'

const home = '/nowhere'

t.test('the command line counts before the environment, and that before the file', async t => {
  const file = JSON.stringify({ port: 1, host: '127.0.0.2', bind: '10.0.0.1', bootstrap: ['a:1', 'b:2'], lan: false, receipts: true, logLevel: 'info', notify: ['/bin/tell', '-x'] })
  const environment = settingsOf({ COLPORTEUR_PORT: '2', COLPORTEUR_HOST: '127.0.0.3', COLPORTEUR_BIND: '', COLPORTEUR_LOG_LEVEL: undefined, COLPORTEUR_RECEIPTS: 'off', COLPORTEUR_DIGEST: '08:00', COLPORTEUR_STALE_AFTER_DAYS: '45' })
  t.same(resolveConfig(home, { port: '3' }, environment, file), {
    home, machineKey: { file: usualMachineKey(), isUsual: true }, port: 3, portIsDefault: false, host: '127.0.0.3', bind: '10.0.0.1', lan: false, relay: false, receipts: false, logLevel: 'info',
    notify: ['/bin/tell', '-x'], digest: '08:00', staleAfterDays: 45,
    bootstrap: [{ host: 'a', port: 1 }, { host: 'b', port: 2 }]
  })
  t.same(resolveConfig(home, {}, {}, null), {
    home, machineKey: { file: usualMachineKey(), isUsual: true }, port: 4747, portIsDefault: true, host: '127.0.0.1', bind: null, bootstrap: null, lan: true, relay: false, receipts: true, logLevel: 'warn', notify: 'off', digest: null, staleAfterDays: 30
  })
  t.same(resolveConfig(home, { notify: '/bin/tell me' }, {}, null).notify, ['/bin/tell me'], 'one program, whatever is in its name')
})

t.test('what is wrong is named, and so is what would be right', async t => {
  const wrong: [settings: Record<string, string>, message: RegExp][] = [
    [{ port: '65536' }, /65536 is not a port/],
    [{ port: '4747x' }, /not a port/],
    [{ host: 'example.org' }, /not an IP address/],
    [{ bind: 'eth0' }, /eth0 is not an IPv4 address/],
    [{ bind: '::1' }, /not an IPv4 address/],
    [{ bootstrap: '127.0.0.1' }, /not HOST:PORT/],
    [{ bootstrap: '127.0.0.1:70000' }, /not a port/],
    [{ machineKey: '/nowhere/machine.key' }, /lie beside what it opens/],
    [{ machineKey: 'no' }, /no is not "off", nor a whole path/],
    [{ receipts: 'sometimes' }, /receipts is on or off, not sometimes/],
    [{ digest: '8' }, /8 is not a time of day/],
    [{ staleAfterDays: '-1' }, /-1 is not a number of days/],
    [{ staleAfterDays: 'a month' }, /a month is not a number of days/],
    [{ staleAfterDays: '1e9' }, /from 0 \(never warn\) to 36500/],
    [{ logLevel: 'loud' }, /There are debug, info/]
  ]
  for (const [settings, message] of wrong) t.throws(() => resolveConfig(home, settings, {}, null), { code: 'BAD_CONFIG', message }, JSON.stringify(settings))
  for (const [file, message] of [['{', /not valid JSON/], ['{"prot":1}', /config.json/], ['{"port":true}', /port/], ['[]', /config.json/]] as const) {
    t.throws(() => resolveConfig(home, {}, {}, file), { code: 'BAD_CONFIG', message }, file)
  }
})

t.test('the home is the one that was named first', async t => {
  t.equal((await loadConfig({ home: '/a' }, { COLPORTEUR_HOME: '/b' })).home, '/a')
  t.equal((await loadConfig({}, { COLPORTEUR_HOME: '/b' })).home, '/b')
  t.match((await loadConfig({}, {})).home, /colporteur/)
})
