import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openHome } from '../../console/home.ts'
import { findRunningNode } from '../../console/running-node.ts'
import { pathsOf, resolveConfig } from '../../shared/config.ts'

t.test('whoever opens a new home at the same time gets the same secrets', async t => {
  const config = resolveConfig(await newHome(t), {}, {}, null)
  const all = await Promise.all(Array.from({ length: 16 }, () => openHome(config)))
  t.equal(new Set(all.map(({ programToken }) => programToken)).size, 1)
  t.equal(new Set(all.map(({ nodeSeed }) => nodeSeed.toString('hex'))).size, 1)
  t.same(await openHome(config), all[0])
})

t.test('the token is not told to whoever listens where a killed node did', async t => {
  const home = await newHome(t)
  const { programToken } = await openHome(resolveConfig(home, {}, {}, null))
  const told: (string | undefined)[] = []
  const server = createServer((request, response) => {
    told.push(request.headers.authorization)
    response.end('{}')
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const tell = async (pid: number): Promise<void> => await writeFile(pathsOf(home).running, JSON.stringify({ pid, url }))

  const killed = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(killed, 'close')
  await tell(killed.pid!)
  t.equal(await findRunningNode(home), null)
  t.same(told, [])

  await tell(process.pid)
  t.match(await findRunningNode(home), { url, token: programToken })
  t.same(told, [`Bearer ${programToken}`])
})

async function newHome (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-home-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return join(folder, 'home')
}
