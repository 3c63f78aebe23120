import { spawn } from 'node:child_process'
import { once } from 'node:events'
import files, { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type HomeSecrets, openHome } from '../../console/home.ts'
import { findRunningNode } from '../../console/running-node.ts'
import { pathsOf } from '../../shared/config.ts'
import { MachineKey } from '../../shared/machine-key.ts'
import { MACHINE_KEY } from '../support/machine-key.ts'
import { log } from '../support/network.ts'
import { run } from '../support/processes.ts'

t.test('whoever opens a new home at the same time gets the same secrets', async t => {
  const home = await newHome(t)
  const all = await Promise.all(Array.from({ length: 16 }, () => open(home)))
  t.equal(new Set(all.map(({ programToken }) => programToken)).size, 1)
  t.equal(new Set(all.map(({ nodeSeed }) => nodeSeed.toString('hex'))).size, 1)
  t.same(await open(home), all[0])
})

t.test('the token is not told to whoever listens where a killed node did', async t => {
  const home = await newHome(t)
  const { programToken } = await open(home)
  const told: (string | undefined)[] = []
  const server = createServer((request, response) => {
    told.push(request.headers.authorization)
    response.end(JSON.stringify({ home }))
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

  // The file of a running node is copied with its home.
  const copy = join(home, '..', 'copy')
  await cp(home, copy, { recursive: true })
  t.equal(await findRunningNode(copy), null)
})

t.test('a command that joins the public network by itself says so before it does', async t => {
  const home = await newHome(t)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'thesis.txt'), 'No node is ever opened here.')
  const subscribe = (...args: string[]): ReturnType<typeof run> => run(['subscribe', 'y'.repeat(52), '--home', home, ...args])
  const said = /joins the public network itself/
  t.match(await subscribe('--wait'), { code: 2, stderr: new RegExp(`${said.source}[^]*is not a home`) })
  for (const args of [[], ['--wait', '--quiet'], ['--wait', '--bootstrap', '127.0.0.1:1', '--bind', '127.0.0.1'], ['--wait', '--bind', '127.0.0.1']]) {
    const { code, stderr } = await subscribe(...args)
    t.equal(code, 2)
    t.notMatch(stderr, said, args.join(' '))
  }
})

t.test('a node that fails while it opens ends, and leaves the home to others', async t => {
  const home = await newHome(t)
  t.match(await run(['newsletter', 'create', '--title', 'Mine', '--home', home]), { code: 0 })
  const drafts = pathsOf(home).drafts
  await rm(drafts, { recursive: true, force: true })
  await writeFile(drafts, 'no folder')
  for (const command of [['status'], ['start', '--headless', '--port', '0', '--bootstrap', '127.0.0.1:1', '--bind', '127.0.0.1']]) {
    const { code, stderr } = await run([...command, '--home', home])
    t.not(code, 0, command.join(' '))
    t.match(stderr, /drafts/)
  }
  await rm(drafts)
  t.match(await run(['newsletter', 'list', '--home', home]), { code: 0, stdout: /Mine/ })
})

t.test('a secret that is damaged is named, with what to do about it', async t => {
  const home = await newHome(t)
  await open(home)
  for (const path of [pathsOf(home).token, pathsOf(home).nodeKey]) {
    const before = await readFile(path)
    for (const content of ['', 'x', before.subarray(1)]) {
      await writeFile(path, content)
      await t.rejects(open(home), { code: 'BAD_CONFIG', message: new RegExp(`^${path} is damaged`) })
    }
    await writeFile(path, before)
  }
  await writeFile(join(home, '..', 'file'), '')
  await t.rejects(open(join(home, '..', 'file')), { code: 'BAD_CONFIG', message: /can not be used/ })
})

const noModes = process.platform === 'win32' ? 'Windows has no such modes' : false

t.test('a home that others could look into is closed to them before anything is put there', { skip: noModes }, async t => {
  const home = await newHome(t)
  const modeOf = async (): Promise<number> => (await stat(home)).mode & 0o777
  await open(home)
  t.equal(await modeOf(), 0o700)
  for (const mode of [0o755, 0o750, 0o701]) {
    await chmod(home, mode)
    await open(home)
    t.equal(await modeOf(), 0o700)
  }
  const empty = await newHome(t)
  await mkdir(empty, { mode: 0o755 })
  await open(empty)
  t.equal((await stat(empty)).mode & 0o777, 0o700)
})

t.test('a home that can not be closed to others is refused, and gets no secrets', { skip: noModes }, async t => {
  const home = await newHome(t)
  await mkdir(home, { mode: 0o755 })
  const { chmod: real } = files
  const restore = (): void => changeMode(real)
  t.teardown(restore)
  const ways: typeof files.chmod[] = [async () => {}, async () => { throw Object.assign(new Error('EPERM'), { code: 'EPERM' }) }]
  for (const chmod of ways) {
    // As file systems that know no modes do it: they say nothing, or that it is not allowed.
    changeMode(chmod)
    await t.rejects(open(home), { code: 'HOME_UNSAFE', message: /Others on this machine can read/ })
    t.same(await readdir(home), [])
  }
  restore()
  await open(home)
})

t.test('a home of another user is refused, whoever may look into it', { skip: noModes || (process.getuid!() === 0 ? false : 'only root can give a folder away') }, async t => {
  for (const mode of [0o755, 0o700]) {
    const home = await newHome(t)
    await mkdir(home)
    await chmod(home, mode)
    await chown(home, 65_534, 65_534)
    await t.rejects(open(home), { code: 'HOME_UNSAFE', message: /belongs to another user/ })
    t.equal((await stat(home)).mode & 0o777, mode, 'and is left as it is')
    t.same(await readdir(home), [])
  }
})

/** For every module of this process. */
function changeMode (chmod: typeof files.chmod): void {
  files.chmod = chmod
  syncBuiltinESMExports()
}

async function open (home: string): Promise<HomeSecrets> {
  return await openHome({ home }, await MachineKey.open({ file: MACHINE_KEY, isUsual: false }, null, log), log)
}

async function newHome (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-home-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return join(folder, 'home')
}
