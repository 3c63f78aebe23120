import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { parseAddress } from '../../../shared/format/address.ts'
import { askWords } from '../ask.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { Context } from '../context.ts'
import { type RestoreOptions, restoreNewsletters } from '../restore-newsletters.ts'
import type { RootOptions } from '../change-root.ts'

const DEFAULT_TIMEOUT = '120'

interface CommandOptions extends RootOptions {
  wait?: boolean
  timeout: string
  inPlaceOf?: string[]
  reason?: string
  name?: string
  anyway?: boolean
  bootstrap?: string
  bind?: string
}

export function addRestore (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'restore [address]',
    summary: 'go on with your newsletters on this machine, from the recovery words, when the old machine is lost',
    examples: [
      ['colporteur restore', 'asks for the words, and finds what they stand for'],
      ['colporteur restore < words.txt --yes', 'takes them from stdin, and asks nothing'],
      ['colporteur restore colporteur://…', 'where several sets of words act together, or the words were replaced'],
      ['colporteur restore --wait', 'waits until somebody is there who holds it, however long'],
      ['colporteur restore --in-place-of w1 --reason stolen --anyway', 'although the old machine is on, in other hands']
    ]
  })
    .option('--wait', 'wait without an end for somebody who holds it')
    .option('--timeout <seconds>', 'give up when nothing has come for so long', DEFAULT_TIMEOUT)
    .option('--in-place-of <writer...>', 'the writers that are lost, as w1, where there are several; "none": this device comes beside all of them')
    .option('--reason <why>', 'what readers are told of the writer that is lost', 'lost')
    .option('--name <name>', 'what this device is called, for everybody to read; without: as the lost one')
    .option('--anyway', 'go on although there may be more than was found, or the old machine is on')
    .option('--yes', 'ask nothing but the words')
    .option('--out <file>', 'where to put a proposal that others have to sign as well')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .addHelpText('after', '\nReaders do nothing. The old machine can never publish again: it is retired at the newest issue that was found.')
    .action(async (address: string | undefined, options: CommandOptions) => await restore(context, address ?? null, options))
}

async function restore (context: Context, address: string | null, { wait = false, timeout, inPlaceOf, ...options }: CommandOptions): Promise<void> {
  if (!(Number(timeout) > 0)) throw new AppError('BAD_REQUEST', `${timeout} is not a number of seconds.`)
  const wish: RestoreOptions = {
    ...options,
    timeoutMs: wait ? Infinity : Number(timeout) * 1000,
    ...(inPlaceOf && { inPlaceOf: inPlaceOf.length === 1 && inPlaceOf[0] === 'none' ? [] : inPlaceOf })
  }
  if (address !== null) parseAddress(address) // says what is wrong before anything is asked
  const words = await askWords(context)
  await withNode(context, options, true, async connection => await restoreNewsletters(context, connection, words, address, wish))
}
