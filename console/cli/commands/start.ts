import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { loadConfig, pathsOf } from '../../../shared/config.ts'
import { AppError, isAppError, messageOf } from '../../../shared/errors.ts'
import type { Log } from '../../../shared/log.ts'
import { withoutAddresses } from '../../../shared/without-addresses.ts'
import { checkIsThere } from '../../home.ts'
import { DOUBTS_FD } from '../../hung.ts'
import { checkProgram } from '../../notify/program-of.ts'
import { CAREFUL_MS, restartsOf } from '../../restarts.ts'
import type { RunningNode } from '../../running-node.ts'
import { Watchdog } from '../../watchdog.ts'
import { createClient, fetchSender } from '../../../shared/api/client.ts'
import { addCommand } from '../command.ts'
import type { CommonOptions, Context } from '../context.ts'
import { FAILED, OPEN_ANEW } from '../supervise.ts'
import { safeText } from '../safe-text.ts'
import { untilSignal } from '../until-signal.ts'

/** For what is under way; an answer that nobody reads to its end is so for ever. */
const CLOSING_MS = 5_000

interface StartOptions extends CommonOptions {
  port?: string
  host?: string
  bootstrap?: string
  bind?: string
  logLevel?: string
  lan?: boolean
  relay?: boolean
  receipts?: boolean
  staleAfterDays?: string
  headless?: boolean
  notify?: string
  digest?: string
}

export function addStart (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'start',
    summary: 'start the node and its console',
    examples: [
      ['colporteur start', 'prints the address to open in a browser'],
      ['colporteur start --headless --port 0', 'for a machine without a screen, on any free port']
    ]
  })
    .option('--port <number>', 'port of the console; 0: any free one', undefined)
    .option('--host <ip>', 'IP address on which the console listens (127.0.0.1)')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, HOST:PORT,HOST:PORT,…; without: the public one')
    .option('--bind <ip>', 'IPv4 address on which the node meets others; without: all')
    .option('--no-lan', 'do not look for nodes of the same network by themselves')
    .option('--relay', 'as a keeper, also carry connections between nodes that can not reach each other; for a machine that everybody can reach by UDP')
    .option('--no-receipts', 'tell nobody what this node holds as a reader, where a subscription does not say otherwise')
    .option('--stale-after-days <days>', 'warn when its author has not confirmed for so long that a newsletter is all here (30); 0: never')
    .option('--notify <how>', 'tell of new issues by the desktop ("desktop"), or by a program of your own; its arguments stand in config.json')
    .option('--digest <time>', 'tell of new issues once a day, at this time, as 08:00')
    .option('--log-level <level>', 'debug, info, warn, error or silent (warn)')
    .option('--headless', 'do not speak of a browser')
    .action(async (options: StartOptions) => await start(context, options))
}

async function start (context: Context, options: StartOptions): Promise<void> {
  const { json = false, quiet = false, headless = false, lan, receipts, ...named } = options
  // What was not switched off here is as environment and file say.
  const settings = { ...named, ...(lan === false && { lan }), ...(receipts === false && { receipts }) }
  const restarts = restartsOf(context.restarts)
  // It did open here before: whatever is in its way may pass.
  const isKnown = restarts !== null && restarts.port !== null
  const config = await loadConfig(settings, context.environment).catch((error: unknown) => {
    if (isKnown) fail(context, null, error)
    throw error
  })
  if (named.notify && !restarts) await checkProgram(config.notify, context.environment['PATH'])
  const { findRunningNode } = await import('../../running-node.ts')
  const [{ openNode }, { createLog }, { StoreReplaced, condemnStore }, { isStoreDamage }] = await Promise.all([
    import('../../node.ts'), import('../../../shared/log.ts'), import('../../../shared/network/open-store.ts'),
    import('../../../shared/network/damage.ts')
  ])
  const log = createLog(config.logLevel, { write: (line: string) => context.say(line.trimEnd()) })
  const say = (text: string): void => { if (!quiet) context.say(text) }
  const printAddress = (url: string): void => context.print(json ? JSON.stringify({ url }) : url)
  const tellRunning = async (running: RunningNode): Promise<never> => {
    const { url } = await createClient(fetchSender(running)).createCode()
    printAddress(url)
    throw new AppError('HOME_LOCKED', `A node is already running on ${config.home} (process ${running.pid}). Its console opens at the address above; "kill ${running.pid}" stops it.`)
  }
  // A second one must not even look at the secrets of the first with another setting.
  const running = isKnown ? null : await findRunningNode(config.home)
  if (running) return await tellRunning(running)
  // What nobody has caught leaves the node in a state that nobody knows.
  process.on('uncaughtException', error => {
    try {
      if (isStoreDamage(error)) condemnStore(pathsOf(config.home).store)
    } catch (cause) {
      log.warn({ err: cause }, 'the store is not there, so nothing says that it is damaged')
    }
    fail(context, log, error)
  })
  // What was received before may keep it from opening, too.
  const watchdog = new Watchdog({ doubtsFd: context.tellSupervisor && DOUBTS_FD })
  let node
  try {
    if (isKnown) await checkIsThere(config)
    const place = restarts?.port ? { ...config, port: restarts.port } : config
    node = await openNode({ config: place, network: !restarts?.isCareful, log, version: context.version, restarts, environment: context.environment })
  } catch (error) {
    if (error instanceof StoreReplaced) {
      context.say(error.message)
      process.exit(OPEN_ANEW)
    }
    const other = isAppError(error) && error.code === 'HOME_LOCKED' ? await findRunningNode(config.home) : null
    if (other) return await tellRunning(other)
    if (isKnown) fail(context, log, error)
    throw error
  }

  const ended = untilSignal(say)
  void node.outdated.then(() => process.exit(OPEN_ANEW))
  try {
    const url = await node.listen().catch((error: unknown) => {
      if (isKnown) fail(context, log, error) // somebody has taken its port meanwhile
      throw error
    })
    watchdog.opened()
    if (node.machineKeyProblem) context.say(node.machineKeyProblem)
    context.tellSupervisor?.({ listening: Number(new URL(url).port) })
    if (!isKnown) {
      printAddress(node.addressToOpen())
      if (!headless) say('Open this address in a browser on this machine. It is good for one use; "colporteur start" prints another.')
      const { network: { sentence }, problems } = await node.status()
      say(sentence)
      for (const { code, reason } of problems) if (code === 'RETIRED') context.say(safeText(reason))
      say('Ctrl-C stops the node.')
    }
    const careful = restarts?.isCareful ? setTimeout(CAREFUL_MS, OPEN_ANEW, { ref: false }) : null
    const code = await (careful ? Promise.race([ended, careful]) : ended)
    if (code === OPEN_ANEW) {
      const closed = node.close().catch((error: unknown) => { log.error({ err: error }, 'closing') })
      await Promise.race([closed, setTimeout(CLOSING_MS)])
      process.exit(OPEN_ANEW)
    }
    say('Closing …')
  } finally {
    await watchdog.close()
    await node.close()
  }
}

/** As it would be ended from outside: whatever it was doing is not to be trusted any more, and what it has said to be safe is on the disk. */
function fail (context: Context, log: Log | null, error: unknown): never {
  log?.error({ err: error }, 'the node failed')
  context.tellSupervisor?.({ failing: withoutAddresses(messageOf(error)) })
  process.exit(FAILED)
}
