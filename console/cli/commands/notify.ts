import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'

interface NotifyOptions extends CommonOptions { test?: boolean }

export function addNotify (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'notify',
    summary: 'how the running node tells of new issues; "notify" and "digest" in config.json, or "start --notify", set it',
    examples: [
      ['colporteur notify', 'how they are told'],
      ['colporteur notify --test', 'tells something now, to see whether it works'],
      ['colporteur start --headless --notify desktop', 'by the notifications of the desktop (notify-send)'],
      ['colporteur start --headless --notify /usr/local/bin/tell-me --digest 08:00', 'by a program of one\'s own, once a day']
    ]
  })
    .option('--test', 'tell something now')
    .action(async (options: NotifyOptions) => await notify(context, options))
}

async function notify (context: Context, { test = false, ...options }: NotifyOptions): Promise<void> {
  const settings = await withNode(context, options, false, async ({ client, isRunning }) => {
    if (!isRunning) throw new AppError('NODE_UNREACHABLE', 'No node is running, so nothing is told. "colporteur start --notify desktop" starts one that does.')
    if (test) await client.testNotification({ body: {} })
    return await client.getNotifications()
  })
  if (options.json) return context.print(JSON.stringify(settings))
  const { how, program, digest } = settings
  const by = { off: 'by the console alone, while it is open', desktop: 'by the notifications of the desktop', program: `by ${program}` }[how]
  context.print(`New issues are told ${by}, ${digest === null ? 'as they come' : `once a day at ${digest}`}.`)
  if (test && !options.quiet) context.say('Told.')
}
