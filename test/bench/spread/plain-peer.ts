import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperdrive from 'hyperdrive'
import Hyperswarm from 'hyperswarm'

/**
 * The program that one writes after having read Hyperdrive's documentation, to compare with: it shares a drive, and fetches
 * what is in it whenever that has grown. Arguments: folder of the store, address to bind, bootstrap node. Commands come as
 * lines on stdin; what happens is said in lines on stdout.
 */

const [folder, bind, bootstrap] = process.argv.slice(2) as [string, string, string]
const [host, port] = bootstrap.split(':') as [string, string]
const store = new Corestore(folder)
// As Colporteur's own nodes on loopback, where there is no firewall to find out about.
const dht = new DHT({ bootstrap: [{ host, port: Number(port) }], host: bind, firewalled: false })
const swarm = new Hyperswarm({ dht })
swarm.on('connection', connection => {
  connection.on('error', () => {})
  store.replicate(connection)
})
let drive: Hyperdrive | null = null

const commands: Record<string, (argument: string) => Promise<void>> = {
  create: async () => {
    drive = new Hyperdrive(store)
    await drive.ready()
    await swarm.join(drive.core.discoveryKey, { server: true, client: false }).flushed()
    tell(`created ${drive.key.toString('hex')}`)
  },
  put: async source => {
    for (const name of await readdir(source)) await drive!.put(`/${source.split('/').at(-1)}/${name}`, await readFile(join(source, name)))
    tell('put')
  },
  follow: async key => {
    drive = new Hyperdrive(store, Buffer.from(key, 'hex'))
    await drive.ready()
    const found = drive.findingPeers()
    const discovery = swarm.join(drive.core.discoveryKey, { server: true, client: true })
    discovery.flushed().then(found, found)
    await drive.update()
    await fetchAll()
    drive.core.on('append', () => void fetchAll())
  }
}

let fetching = false
let again = false

async function fetchAll (): Promise<void> {
  again = true
  if (fetching) return
  fetching = true
  while (again) {
    again = false
    await drive!.download('/').done()
    let files = 0
    for await (const _ of drive!.list('/')) files++
    tell(`files ${files}`)
  }
  fetching = false
}

function tell (line: string): void {
  process.stdout.write(`${line}\n`)
}

tell('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [name, argument = ''] = line.split(' ')
  await commands[name!]!(argument)
}
