import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import type { Peer, PeerParts } from './peer.ts'

/** Of the sources: nothing compiles it. */
const PROGRAM = fileURLToPath(new URL('../../../../test/bench/spread/libtorrent-peer.py', import.meta.url))
const PYTHON = '/usr/bin/python3'

/** Whether the machine has Python's libtorrent. */
export function hasLibtorrent (): boolean {
  return spawnSync(PYTHON, ['-c', 'import libtorrent']).status === 0
}

/** BitTorrent over uTP: see libtorrent-peer.py. Every peer knows the torrent file and the addresses of all from the start. */
export async function startLibtorrent ({ folder, bind, others }: PeerParts): Promise<Peer> {
  const child = spawn(PYTHON, [PROGRAM, folder, bind], { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = (): void => { child.kill('SIGKILL') }
  process.once('exit', end)
  let lines: string[] = []
  let told = (): void => {}
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line)
    told()
  })
  const until = async (word: string): Promise<string> => await new Promise(resolve => {
    told = () => {
      const line = lines.find(each => each.startsWith(`${word} `))
      if (line === undefined) return
      lines = lines.filter(each => each !== line)
      resolve(line.slice(word.length + 1))
    }
    told()
  })
  const ask = (...words: string[]): void => { child.stdin.write(`${words.join(' ')}\n`) }
  await until('ready')
  return {
    pid: child.pid!,
    create: async () => `${folder}.torrent`,
    publish: async source => {
      ask('seed', source, `${folder}.torrent`)
      await until('seeding')
    },
    follow: async torrent => ask('fetch', torrent, ...others()),
    untilHas: async () => { await until('complete') },
    stop: async () => {
      process.off('exit', end)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  }
}
