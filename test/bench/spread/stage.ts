import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DHT from 'hyperdht'
import type { Peer, StartPeer } from './peer.ts'
import { type Link, ShapedNetwork } from './shaped-network.ts'

/** A peer, and where on the network it is. */
export type Placed = Peer & { index: number, link: Link }

const DHT_PORT = 49737
const UNLIMITED: Link = { up: 0, down: 0, delayMs: 0 }

/** A shaped network with a private DHT of its own, and a folder for those who are started on it. */
export class Stage {
  readonly network = new ShapedNetwork()
  readonly folder: string
  #infrastructure = this.network.add(UNLIMITED)
  #dht: DHT
  #running: Peer[] = []
  #hosts: string[] = []

  private constructor (folder: string) {
    this.folder = folder
    // It has to know itself by the address that others know.
    this.#dht = DHT.bootstrapper(DHT_PORT, this.#infrastructure.host, { host: this.#infrastructure.bind })
  }

  static async open (): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'colporteur-spread-')))
    await stage.#dht.fullyBootstrapped()
    await stage.network.attach(stage.#infrastructure.index)
    return stage
  }

  /** @param name also of its folder */
  async start (start: StartPeer, name: string, link: Link): Promise<Placed> {
    const { index, bind, host } = this.network.add(link)
    this.#hosts.push(host)
    const others = (): string[] => this.#hosts.filter(other => other !== host)
    const peer = await start({ folder: join(this.folder, name), bind, bootstrap: `${this.#infrastructure.host}:${DHT_PORT}`, others })
    this.#running.push(peer)
    await this.network.attach(index)
    return { ...peer, index, link }
  }

  /** Ends everybody. */
  async close (): Promise<void> {
    await Promise.all(this.#running.map(peer => peer.stop()))
    await this.#dht.destroy()
    await this.network.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
