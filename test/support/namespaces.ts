import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from '../../shared/api/client.ts'
import type { Test } from 'tap'
import { ColporteurProcess } from './processes.ts'

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
  #prefix = `cp${process.pid}-${Math.floor(performance.now())}`
  #subnet: string
  readonly switch: string

  constructor (t: Test, { subnet = '10.77.0' } = {}) {
    this.#subnet = subnet
    this.switch = `${this.#prefix}-sw`
    t.teardown(() => {
      for (const name of [...this.#machines.map(({ name }) => name), this.switch]) spawnSync('ip', ['netns', 'del', name])
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
    // Silence on the cable is to mean that nobody speaks.
    spawnSync('ip', ['netns', 'exec', name, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    ip('link', 'add', own, 'netns', name, 'type', 'veth', 'peer', 'name', port, 'netns', this.switch)
    ip('-n', this.switch, 'link', 'set', port, 'master', 'br0')
    ip('-n', this.switch, 'link', 'set', port, 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', own)
    ip('-n', name, 'link', 'set', own, 'up')
    return this.#machines.at(-1)!
  }

  /** Pulls the cable of a machine, or puts it in again. */
  plug ({ name }: Machine, isIn: boolean): void {
    const number = this.#machines.findIndex(machine => machine.name === name) + 1
    ip('-n', this.switch, 'link', 'set', `p${number}`, isIn ? 'up' : 'down')
  }
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
export async function startOn (machine: Machine, home: string, args: string[] = []): Promise<MachineNode> {
  const node = new ColporteurProcess(['start', '--headless', '--port', '0', '--home', home, ...args], { within: machine.within })
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
