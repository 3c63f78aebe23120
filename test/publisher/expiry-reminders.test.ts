import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRootChain, type RootChain } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { createSigningKey, sign } from '../../shared/format/signature.ts'
import { createLog } from '../../shared/log.ts'
import { MachineKey } from '../../shared/machine-key.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { OwnKeys } from '../../publisher/keys/own-keys.ts'
import { ExpiryReminders } from '../../publisher/root/expiry-reminders.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { testNetwork } from '../support/network.ts'
import { openMeeting } from '../support/open-meeting.ts'
import { until } from '../support/until.ts'

t.test('what falls due while the roots can not be read is told when they can', async t => {
  const network = await testNetwork(t)
  const { meeting } = await openMeeting(t, network, 'author')
  const warned: string[] = []
  const log = createLog('warn', { write: line => { warned.push(line) } })
  const expires = new Date(Date.now() + 500).toISOString()
  const root = crowdedRoot(1, [{ id: 'w1', name: 'Laptop', drive: 'y'.repeat(52), signingKey: createSigningKey().publicKey, expires }])
  const [folder, keysFolder] = [join(network.folder, 'roots'), join(network.folder, 'keys')]
  const chainOf = (count: number): RootChain =>
    readRootChain(root.address, root.chainOf(count, (bytes, number) => [sign(bytes, root.keys[0]!, rootComment(root.address, number))]))
  await new RootStore(folder).offer(chainOf(1))
  await mkdir(join(keysFolder, root.address), { recursive: true })
  const keys = await OwnKeys.open(keysFolder, await MachineKey.open(null, null, log), log)

  const file = join(folder, `${root.address}.root`)
  await rename(file, `${file}.away`)
  await mkdir(file)
  const reminders = new ExpiryReminders({ keys, roots: new RootStore(folder), meeting, log })
  t.teardown(() => reminders.close())
  const due: string[] = []
  reminders.on('due', address => { due.push(address) })
  await reminders.ready()
  await until('the first look has failed', () => warned.length === 1)
  await until('its time is up', () => Date.now() > Date.parse(expires))
  await meeting.offer(chainOf(1))
  await until('another has failed', () => warned.length === 2)
  t.same(due, [])
  await rm(file, { recursive: true })
  await rename(`${file}.away`, file)
  await meeting.offer(chainOf(2))
  await until('it is told', () => due.includes(root.address))
})
