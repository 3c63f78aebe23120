import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from '../../shared/api/client.ts'
import type { Test } from 'tap'
import { ColporteurProcess } from './processes.ts'
import { until } from './until.ts'

/** Whose end takes everything with it. */
export type Ends = Pick<Test, 'teardown'>

/** A machine of its own as far as the network goes: a network namespace of Linux, on the cable of a {@link Cabling}. */
export interface Machine {
  name: string
  address: string
  /** What runs a program there. */
  within: string[]
}

/** Why there are no machines to be had here; null: there are. */
export function namespacesMissing (): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux alone'
  const name = `cp-try-${process.pid}`
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'network namespaces need root and the program ip'
  const bridge = spawnSync('ip', ['-n', name, 'link', 'add', 'br0', 'type', 'bridge']).status === 0
  spawnSync('ip', ['netns', 'del', name])
  return bridge ? null : 'this kernel has no network bridges'
}

/** Machines on one switch, which leads nowhere else unless there is a way out. All goes when the test ends. */
export class Cabling {
  #machines: Machine[] = []
  #outside: Machine[] = []
  #prefix = `cp${process.pid}-${Math.floor(performance.now())}`
  #subnet: string
  readonly switch: string

  constructor (t: Ends, { subnet = '10.77.0' } = {}) {
    this.#subnet = subnet
    this.switch = `${this.#prefix}-sw`
    t.teardown(() => {
      for (const name of [...[...this.#machines, ...this.#outside].map(({ name }) => name), this.switch]) spawnSync('ip', ['netns', 'del', name])
    })
    ip('netns', 'add', this.switch)
    // Nobody there asks who listens to what, so everybody gets everything.
    ip('-n', this.switch, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
    ip('-n', this.switch, 'link', 'set', 'br0', 'up')
  }

  /** Without a route to anywhere but its neighbours. */
  machine (label: string): Machine {
    const name = `${this.#prefix}-${label}`
    const number = this.#machines.length + 1
    const address = `${this.#subnet}.${number}`
    const [port, own] = [`p${number}`, 'eth0']
    ip('netns', 'add', name)
    this.#machines.push({ name, address, within: ['ip', 'netns', 'exec', name] })
    noIpv6(this.#machines.at(-1)!)
    ip('link', 'add', own, 'netns', name, 'type', 'veth', 'peer', 'name', port, 'netns', this.switch)
    ip('-n', this.switch, 'link', 'set', port, 'master', 'br0')
    ip('-n', this.switch, 'link', 'set', port, 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', own)
    ip('-n', name, 'link', 'set', own, 'up')
    return this.#machines.at(-1)!
  }

  /**
   * A router, by which everything that is for elsewhere would leave, and the machine where it would arrive.
   * For all machines that are there.
   */
  wayOut (): Machine {
    const inside = [...this.#machines]
    const router = this.machine('router')
    const name = `${this.#prefix}-outside`
    ip('netns', 'add', name)
    const outside = { name, address: '203.0.113.2', within: ['ip', 'netns', 'exec', name] }
    this.#outside.push(outside)
    noIpv6(outside)
    ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', router.name)
    ip('-n', name, 'addr', 'add', '203.0.113.2/24', 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('-n', router.name, 'addr', 'add', '203.0.113.1/24', 'dev', 'uplink')
    ip('-n', router.name, 'link', 'set', 'uplink', 'up')
    ip('-n', router.name, 'route', 'add', 'default', 'via', '203.0.113.2')
    inMachine(router, 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    for (const machine of inside) ip('-n', machine.name, 'route', 'add', 'default', 'via', router.address)
    return outside
  }

  /** As a firewall between them would: these machines reach all others, and not each other. */
  separate (...machines: Machine[]): void {
    for (const machine of machines) ip('-n', this.switch, 'link', 'set', this.#port(machine), 'type', 'bridge_slave', 'isolated', 'on')
  }

  /** Pulls the cable of a machine, or puts it in again. */
  plug (machine: Machine, isIn: boolean): void {
    ip('-n', this.switch, 'link', 'set', this.#port(machine), isIn ? 'up' : 'down')
  }

  #port ({ name }: Machine): string {
    return `p${this.#machines.findIndex(machine => machine.name === name) + 1}`
  }
}

/** Silence on the cable is to mean that nobody speaks, and IPv6 is never silent. */
function noIpv6 (machine: Machine): void {
  inMachine(machine, 'for on in all default; do echo 1 > /proc/sys/net/ipv6/conf/$on/disable_ipv6; done')
}

/** Runs a line of the shell there; gives what it printed. */
export function inMachine ({ within: [program = '', ...words] }: Machine, line: string): string {
  const { status, stdout, stderr } = spawnSync(program, [...words, 'sh', '-c', line], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${line}: ${stderr}`)
  return stdout
}

/** Frames that came in at a device of a machine since it was made: all, whatever they were. */
export function framesInto ({ name }: Machine, device = 'eth0'): number {
  const { stdout } = spawnSync('ip', ['-n', name, '-s', '-j', 'link', 'show', device], { encoding: 'utf8' })
  const [{ stats64 }] = JSON.parse(stdout) as [{ stats64: { rx: { packets: number } } }]
  return stats64.rx.packets
}

export function ip (...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

/** A node on a machine, and a client that speaks to it from within. */
export interface MachineNode { process: ColporteurProcess, client: Client, stop (): Promise<void>, kill (): Promise<void> }

/** Starts nodes with homes of their own, that end with the test. */
export async function nodesOn (t: Ends): Promise<(machine: Machine, args?: string[], label?: string) => Promise<MachineNode>> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-machines-'))
  const running: MachineNode[] = []
  t.teardown(async () => {
    await Promise.all(running.map(node => node.kill()))
    await rm(folder, { recursive: true, force: true })
  })
  return async (machine, args, label = machine.name) => {
    const node = await startOn(machine, join(folder, label), args)
    running.push(node)
    return node
  }
}

/** Waits until so many issues of a newsletter are ready on a node. */
export async function untilReadyOn ({ client }: MachineNode, newsletter: string, issues: number): Promise<void> {
  await until(`${issues} issues are ready`, async () => (await client.getNewsletter({ params: { newsletter } })).issues.ready === issues,
    () => client.getNewsletter({ params: { newsletter } }))
}

/** Sends what it reads, a line each, to the node beside it, and writes what that answers. */
const MESSENGER = `
const lines = require('node:readline').createInterface({ input: process.stdin })
lines.on('line', async line => {
  const { number, method, url, token, body } = JSON.parse(line)
  try {
    const response = await fetch(url, { method, headers: { authorization: 'Bearer ' + token, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) })
    console.log(JSON.stringify({ number, status: response.status, body: await response.json() }))
  } catch (error) {
    console.log(JSON.stringify({ number, failure: String(error.cause || error) }))
  }
})`

/** @param args of `colporteur start`, besides the home and what a test always says */
export async function startOn (machine: Machine, home: string, args: string[] = [], environment: Record<string, string> = {}): Promise<MachineNode> {
  const node = new ColporteurProcess(['start', '--headless', '--port', '0', '--home', home, ...args], { within: machine.within, environment })
  const origin = new URL(await node.firstLine()).origin
  const secret = (await readFile(join(home, 'token'), 'utf8')).trim()
  const [program = '', ...words] = [...machine.within, process.execPath, '-e', MESSENGER]
  const messenger = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = (): void => { messenger.kill('SIGKILL') }
  process.once('exit', end)
  messenger.stdin.on('error', () => {}) // told by the answers that do not come
  let last = 0
  const waiting = new Map<number, { resolve: (answer: { status: number, body: unknown }) => void, reject: (error: Error) => void }>()
  createInterface({ input: messenger.stdout }).on('line', line => {
    const { number, failure, status, body } = JSON.parse(line) as { number: number, failure?: string, status: number, body: unknown }
    const asked = waiting.get(number)
    waiting.delete(number)
    if (failure === undefined) asked?.resolve({ status, body })
    else asked?.reject(new Error(failure))
  })
  messenger.once('close', () => {
    process.off('exit', end)
    for (const { reject } of waiting.values()) reject(new Error('The node is gone.'))
  })
  const client = createClient(({ method, path, body }) => new Promise((resolve, reject) => {
    if (messenger.exitCode !== null || messenger.signalCode !== null) return reject(new Error('The node is gone.'))
    waiting.set(++last, { resolve, reject })
    messenger.stdin.write(JSON.stringify({ number: last, method, url: origin + path, token: secret, body }) + '\n')
  }))
  const finish = async (signal: NodeJS.Signals): Promise<void> => {
    node.child.kill(signal)
    await node.finished
    end()
  }
  return { process: node, client, stop: () => finish('SIGTERM'), kill: () => finish('SIGKILL') }
}
