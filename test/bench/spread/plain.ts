import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Peer, PeerParts } from './peer.ts'

const PROGRAM = fileURLToPath(new URL('./plain-peer.js', import.meta.url))

/** Hyperdrive as its documentation shows it: see plain-peer.ts. */
export async function startPlain ({ folder, bind, bootstrap}: PeerParts): Promise<Peer> {
  const child = spawn(process.execPath, [PROGRAM, folder, bind, bootstrap], { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = (): void => { child.kill('SIGKILL') }
  process.once('exit', end)
  const newest = new Map<string, string>()
  let told = (): void => {}
  createInterface({ input: child.stdout }).on('line', line => {
    const [name, value = ''] = line.split(' ')
    newest.set(name!, value)
    told()
  })
  const until = async (fact: () => boolean): Promise<void> => await new Promise(resolve => {
    told = () => { if (fact()) resolve() }
    told()
  })
  const ask = (command: string): void => { child.stdin.write(`${command}\n`) }
  await until(() => newest.has('ready'))
  return {
    pid: child.pid!,
    create: async () => {
      ask('create')
      await until(() => newest.has('created'))
      return newest.get('created')!
    },
    publish: async source => {
      newest.delete('put')
      ask(`put ${source}`)
      await until(() => newest.has('put'))
    },
    follow: async name => ask(`follow ${name}`),
    untilHas: async ({ files }) => await until(() => Number(newest.get('files') ?? 0) >= files),
    stop: async () => {
      process.off('exit', end)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  }
}
