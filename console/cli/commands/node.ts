import type { Command } from 'commander'
import { loadConfig, pathsOf } from '../../../shared/config.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'

/** Commands about the node itself. */
export function addNode (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'status',
    summary: 'what this node is and does',
    examples: [['colporteur status', '']]
  }).action(async (options: CommonOptions) => await status(context, options))
  addCommand(program, {
    usage: 'paths',
    summary: 'where this node keeps what',
    examples: [['colporteur paths', '']]
  }).action(async (options: CommonOptions) => await paths(context, options))
  addCommand(program, {
    usage: 'reindex',
    summary: 'build the index of the library anew from the drives; read marks stay',
    examples: [['colporteur reindex', '']]
  }).action(async (options: CommonOptions) => await reindex(context, options))
}

async function status (context: Context, options: CommonOptions): Promise<void> {
  const { status, isRunning } = await withNode(context, { ...options, tellsProblems: true }, false, async ({ client, isRunning }) => {
    return { status: await client.getStatus(), isRunning }
  })
  if (options.json) return context.print(JSON.stringify(status))
  context.print(inColumns([
    ['node', isRunning ? `running since ${status.startedAt}, process ${status.pid}` : 'not running'],
    ['network', isRunning ? status.network.sentence : 'not connected: "colporteur start" starts the node'],
    ['newsletters', `${status.newsletters.own} written here${status.newsletters.locked > 0 ? ` (${status.newsletters.locked} locked)` : ''}, ${status.newsletters.subscribed} subscribed`],
    ...(status.newsletters.stale > 0 ? [['stale', `${status.newsletters.stale} subscribed, whose authors have not confirmed for long that everything is here: "colporteur subscriptions" tells which`]] : []),
    ['issues', `${status.issues.total} known, ${status.issues.ready} ready offline, ${status.issues.unread} unread, ${status.issues.notVerified} not verified`],
    ...(status.refused > 0 ? [['refused', status.refused === 1 ? '1 connection, whose other side broke a rule' : `${status.refused} connections, whose other sides broke a rule`]] : []),
    ...(isRunning ? [['memory', bytesInWords(status.memoryBytes)]] : []),
    ...status.problems.map(({ code, reason }) => ['problem', code === 'NO_MACHINE_KEY' ? safeText(reason) : `${code}: ${safeText(reason)}`]),
    ['home', status.home],
    ['version', status.version]
  ], null))
}

async function paths (context: Context, options: CommonOptions): Promise<void> {
  const { home, machineKey } = await loadConfig({ home: options.home }, context.environment)
  const all = { ...pathsOf(home), machineKey: machineKey?.file ?? 'off' }
  context.print(options.json ? JSON.stringify(all) : inColumns(Object.entries(all), null))
}

async function reindex (context: Context, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.reindex())
  if (options.json) return context.print(JSON.stringify(answer))
  if (!options.quiet) context.say(`${answer.issues} issues of ${answer.newsletters} newsletters in ${(answer.elapsedMs / 1000).toFixed(1)} s.`)
}
