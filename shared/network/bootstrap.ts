import DHT from 'hyperdht'
import { checkBindable } from './bindable.ts'

export interface Bootstrap {
  /** `HOST:PORT,HOST:PORT,…`, as `--bootstrap` takes it. */
  addresses: string
  close (): Promise<void>
}

export interface BootstrapOptions {
  /** IPv4 address to listen on. */
  bind: string
  /** Of the first node; the others take the ports after it; 0: any free ones. */
  port: number
  nodes: number
  /** Nodes of the same DHT on other machines. */
  others?: { host: string, port: number }[]
}

/**
 * A private DHT. It needs at least three persistent nodes: with one alone, announcements are lost when it restarts.
 *
 * @throws AppError BAD_CONFIG when an address or port can't be had
 */
export async function startBootstrap ({ bind, port, nodes, others = [] }: BootstrapOptions): Promise<Bootstrap> {
  const running: DHT[] = []
  const bootstrap: { host: string, port: number }[] = []
  const close = async (): Promise<void> => { await Promise.all(running.map(node => node.destroy())) }
  try {
    for (let i = 0; i < nodes; i++) {
      const own = port === 0 ? 0 : port + i
      await checkBindable(bind, own)
      const node = new DHT({ bootstrap: [...bootstrap, ...others], host: bind, port: own, anyPort: port === 0, ephemeral: false, firewalled: false })
      running.push(node)
      await node.fullyBootstrapped()
      bootstrap.push({ host: bind, port: node.address().port })
    }
  } catch (error) {
    await close()
    throw error
  }
  return { addresses: bootstrap.map(({ host, port }) => `${host}:${port}`).join(','), close }
}
