import type { Command } from 'commander'
import { bootstrapOf } from '../../../shared/config.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import type { CommonOptions, Context } from '../context.ts'

/** With fewer than three nodes, announcements are lost when one restarts. */
const LEAST_NODES = 3

interface BootstrapOptions extends CommonOptions { bind: string, port: string, nodes: string, join?: string }

export function addBootstrap (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'bootstrap',
    summary: 'run a private DHT, by which nodes find each other without the public one',
    examples: [
      ['colporteur bootstrap', 'on this machine alone; prints what to give to --bootstrap'],
      ['colporteur bootstrap --bind 192.168.1.10 --port 49737', 'for the machines of one network'],
      ['colporteur bootstrap --bind 192.168.1.11 --join 192.168.1.10:49737', 'on a second machine, so that either may be off']
    ]
  })
    .option('--bind <ip>', 'IPv4 address to listen on', '127.0.0.1')
    .option('--port <number>', 'first port; the other nodes take the ones after it; 0: any free ones', '49737')
    .option('--nodes <number>', `how many nodes, ${LEAST_NODES} or more`, String(LEAST_NODES))
    .option('--join <nodes>', 'nodes of the same DHT on other machines, HOST:PORT,HOST:PORT,…')
    .action(async (options: BootstrapOptions) => await bootstrap(context, options))
}

async function bootstrap (context: Context, { bind, port, nodes, join = '', json, quiet }: BootstrapOptions): Promise<void> {
  if (!/^\d+$/.test(nodes) || Number(nodes) < LEAST_NODES) throw new AppError('BAD_REQUEST', `A private DHT needs ${LEAST_NODES} nodes or more: with fewer, announcements are lost when one restarts.`)
  const last = Number(port) === 0 ? 0 : Number(port) + Number(nodes) - 1
  if (!/^\d+$/.test(port) || last > 65_535) throw new AppError('BAD_REQUEST', `--port wants a number so that ${nodes} ports are left from there to 65535, or 0 for any free ones.`)
  if (join !== '' && !quiet) context.tellProgress(`Joining ${join} … If this takes long, nobody answers there: are the addresses right, and are UDP packets let through?`)
  const { startBootstrap } = await import('../../../shared/network/bootstrap.ts')
  const running = await startBootstrap({ bind, port: Number(port), nodes: Number(nodes), others: bootstrapOf(join) })
  context.print(json ? JSON.stringify({ bootstrap: running.addresses }) : running.addresses)
  if (!quiet) context.say('Give this to --bootstrap of every node, with what other machines of the same DHT print, comma between. Ctrl-C stops it.')
  await new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  await running.close()
}
