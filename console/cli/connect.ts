import { setTimeout } from 'node:timers/promises'
import { type Client, createClient, type Send } from '../../shared/api/client.ts'
import { type Config, loadConfig, type Settings } from '../../shared/config.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Context } from './context.ts'
import { nodeSender } from './node-sender.ts'
import { codeOf, untilSignal } from './until-signal.ts'

/** A command waits so long for a home that another one is using. */
const LOCKED_MS = 10_000
const RETRY_MS = 200

export interface Connection {
  client: Client
  send: Send
  /** True when a node runs; false: this process is the node, for as long as the order takes. */
  isRunning: boolean
  /** Makes a node of this process that answers over HTTP, until a signal comes; null where one runs already. */
  stay: (() => Promise<void>) | null
}

export interface ConnectOptions extends Settings {
  home?: string
  quiet?: boolean
  /** The command tells itself what is wrong with the home. */
  tellsProblems?: boolean
}

/**
 * Gives an order to the node of a home: over HTTP when it runs, else in this process.
 *
 * @param network whether a node in this process meets others
 * @throws AppError HOME_LOCKED, and what the order throws
 */
export async function withNode<T> (context: Context, options: ConnectOptions, network: boolean, order: (connection: Connection) => Promise<T>): Promise<T> {
  const config = await loadConfig(settingsOf(options), context.environment)
  const startedMs = Date.now()
  let isTold = false
  while (true) {
    const { findRunningNode } = await import('../running-node.ts')
    const running = await findRunningNode(config.home)
    if (running) {
      const send = nodeSender(running)
      return await order({ client: createClient(send), send, isRunning: true, stay: null })
    }
    if (network && config.bootstrap === null && !config.bind?.startsWith('127.') && !options.quiet && !isTold) {
      isTold = true
      context.say('No node is running, so this command joins the public network itself, for as long as it takes ("--bootstrap" names a private one).')
    }
    try {
      return await inProcess(context, config, network, order, options.tellsProblems)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'HOME_LOCKED' || Date.now() - startedMs > LOCKED_MS) throw error
      await setTimeout(RETRY_MS)
    }
  }
}

async function inProcess<T> (
  context: Context, config: Config, network: boolean, order: (connection: Connection) => Promise<T>, tellsProblems = false
): Promise<T> {
  const [{ openNode }, { createLog }] = await Promise.all([import('../node.ts'), import('../../shared/log.ts')])
  const log = createLog(config.logLevel, { write: (line: string) => context.say(line.trimEnd()) })
  const node = await openNode({ config, network, log, version: context.version })
  const stop = (signal: NodeJS.Signals): void => { void node.close().finally(() => process.exit(codeOf(signal))) }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const send: Send = async ({ method, path, body }) => {
      const response = await node.app.inject({
        method,
        url: path,
        headers: { authorization: `Bearer ${node.programToken}` },
        ...(body === undefined ? {} : { payload: body as object })
      })
      return { status: response.statusCode, body: response.json() as unknown }
    }
    const stay = async (): Promise<void> => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      const ended = untilSignal(context.say)
      await node.listen()
      await ended
    }
    const answer = await order({ client: createClient(send), send, isRunning: false, stay })
    // What was refused because of it says so itself.
    if (node.machineKeyProblem && !tellsProblems) context.say(node.machineKeyProblem)
    return answer
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await node.close()
  }
}

/** The settings among the options of a command. */
function settingsOf ({ home, port, host, bootstrap, bind, relay, logLevel }: ConnectOptions): ConnectOptions {
  return { home, port, host, bootstrap, bind, relay, logLevel }
}
