import { isIP, isIPv4 } from 'node:net'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere } from './durable-file.ts'
import { AppError } from './errors.ts'
import { isInside } from './is-inside.ts'
import type { LogLevel } from './log.ts'

export interface HostPort { host: string, port: number }

export interface Config {
  /** Folder that holds everything of a node. */
  home: string
  /** File outside of the home with the key that seals the secrets in it; null: they lie as they are. `isUsual`: nobody named it. */
  machineKey: { file: string, isUsual: boolean } | null
  /** Port of the console; 0: any free one. */
  port: number
  /** True when nobody asked for this port, so that another will do when it is taken. */
  portIsDefault: boolean
  /** Address on which the console listens. */
  host: string
  /** Nodes of a private DHT; null: the public one. */
  bootstrap: HostPort[] | null
  /** IPv4 address on which the node meets others (UDP); null: all. */
  bind: string | null
  /** Whether nodes of the same network are looked for and let in without the internet. */
  lan: boolean
  /** Whether this node, as a keeper, carries connections between nodes that can't reach each other; others have to reach it. */
  relay: boolean
  /** Whether this node says, as a reader and without a name, what it holds; each subscription may say otherwise. */
  receipts: boolean
  /** After so many days without a word of its writers a newsletter is called stale; 0: never. */
  staleAfterDays: number
  /** How a person is told of new issues, besides in consoles that are open. */
  notify: Notify
  /** Once a day at this time of day, `HH:MM`; null: as they come. */
  digest: string | null
  logLevel: LogLevel
}

/** `desktop`: by notify-send. A list: a program and its arguments. */
export type Notify = 'off' | 'desktop' | string[]

/** Settings as they are written: on the command line, in the environment, in `config.json`. */
export type Settings = Static<typeof Settings>
const Settings = Type.Object({
  machineKey: Type.Optional(Type.String()),
  port: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  host: Type.Optional(Type.String()),
  bootstrap: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  bind: Type.Optional(Type.String()),
  lan: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
  relay: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
  receipts: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
  staleAfterDays: Type.Optional(Type.Union([Type.Number(), Type.String()])),
  notify: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 100 })])),
  digest: Type.Optional(Type.String()),
  logLevel: Type.Optional(Type.String())
}, { additionalProperties: false })

const DEFAULT_PORT = 4747
/**
 * A writer's node confirms every ten minutes while it is on, and is on at least to publish. Most newsletters come once a month or
 * more often, and a holiday is shorter: who has heard nothing for longer should be told that it may not be the author who is silent.
 */
const DEFAULT_STALE_AFTER_DAYS = 30
/** A century. */
const MOST_DAYS = 36_500
const LOG_LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** The files and folders of a home, by name. */
export function pathsOf (home: string): Record<'home' | 'store' | 'library' | 'keys' | 'roots' | 'receipts' | 'histories' | 'copies' | 'drafts' | 'subscriptions' | 'kept' | 'scrubbed' | 'compactionDue' | 'evictions' | 'arrivals' | 'digest' | 'peers' | 'highWater' | 'ballast' | 'config' | 'token' | 'nodeKey' | 'running', string> {
  return {
    home,
    store: join(home, 'store'),
    library: join(home, 'library'),
    keys: join(home, 'keys'),
    roots: join(home, 'roots'),
    receipts: join(home, 'receipts'),
    histories: join(home, 'histories'),
    copies: join(home, 'copies'),
    drafts: join(home, 'drafts'),
    subscriptions: join(home, 'subscriptions.json'),
    kept: join(home, 'kept.json'),
    scrubbed: join(home, 'scrubbed.json'),
    compactionDue: join(home, 'compaction-due'),
    evictions: join(home, 'evictions.log'),
    arrivals: join(home, 'arrivals.json'),
    digest: join(home, 'digest.json'),
    peers: join(home, 'peers.json'),
    highWater: join(home, 'high-water.json'),
    ballast: join(home, 'ballast'),
    config: join(home, 'config.json'),
    token: join(home, 'token'),
    nodeKey: join(home, 'keys', 'node.key'),
    running: join(home, 'node.json')
  }
}

/**
 * What was said first counts: flags, then the environment, then the file, then the defaults.
 *
 * @param file content of `config.json`, or null
 * @throws AppError BAD_CONFIG naming the setting
 */
export function resolveConfig (home: string, flags: Settings, environment: Settings, file: string | null): Config {
  const settings = { ...readFile(file), ...defined(environment), ...defined(flags) }
  return {
    home,
    machineKey: machineKeyOf(home, settings.machineKey),
    port: portOf(settings.port ?? DEFAULT_PORT),
    portIsDefault: settings.port === undefined,
    host: hostOf(settings.host ?? '127.0.0.1'),
    bootstrap: settings.bootstrap === undefined ? null : bootstrapOf(settings.bootstrap),
    bind: settings.bind === undefined ? null : bindOf(settings.bind),
    lan: switchOf('lan', settings.lan ?? true),
    relay: switchOf('relay', settings.relay ?? false),
    receipts: switchOf('receipts', settings.receipts ?? true),
    staleAfterDays: daysOf(settings.staleAfterDays ?? DEFAULT_STALE_AFTER_DAYS),
    notify: notifyOf(settings.notify ?? 'off'),
    digest: settings.digest === undefined ? null : digestOf(settings.digest),
    logLevel: logLevelOf(settings.logLevel ?? 'warn')
  }
}

/** The configuration of this machine: {@link resolveConfig} with the file of the home that flags or environment name. */
export async function loadConfig (flags: Settings & { home?: string }, environment: Record<string, string | undefined>): Promise<Config> {
  const { home: named = environment['COLPORTEUR_HOME'] || undefined, ...settings } = flags
  const home = named ? pathOf(named) : envPaths('colporteur', { suffix: '' }).data
  const file = await readIfThere(pathsOf(home).config).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('BAD_CONFIG', `The home ${home} can not be used (${cause.code}). Name another with --home.`, { cause })
  })
  return resolveConfig(home, settings, settingsOf(environment), file && file.toString('utf8'))
}

/** The settings that environment variables name: COLPORTEUR_PORT and so on. */
export function settingsOf (environment: Record<string, string | undefined>): Settings {
  return {
    machineKey: environment['COLPORTEUR_MACHINE_KEY'],
    port: environment['COLPORTEUR_PORT'],
    host: environment['COLPORTEUR_HOST'],
    bootstrap: environment['COLPORTEUR_BOOTSTRAP'],
    bind: environment['COLPORTEUR_BIND'],
    lan: environment['COLPORTEUR_LAN'],
    relay: environment['COLPORTEUR_RELAY'],
    receipts: environment['COLPORTEUR_RECEIPTS'],
    staleAfterDays: environment['COLPORTEUR_STALE_AFTER_DAYS'],
    notify: environment['COLPORTEUR_NOTIFY'],
    digest: environment['COLPORTEUR_DIGEST'],
    logLevel: environment['COLPORTEUR_LOG_LEVEL']
  }
}

function readFile (content: string | null): Settings {
  if (content === null) return {}
  let settings: unknown
  try {
    settings = JSON.parse(content)
  } catch (cause) {
    throw new AppError('BAD_CONFIG', 'config.json is not valid JSON.', { cause })
  }
  if (Value.Check(Settings, settings)) return settings
  const [error] = Value.Errors(Settings, settings)
  throw new AppError('BAD_CONFIG', `config.json: ${error?.instancePath.slice(1) || 'the whole'} ${error?.keyword === 'boolean' ? 'is no setting' : error?.message ?? 'is not right'}. It knows machineKey, port, host, bootstrap, bind, lan, relay, receipts, staleAfterDays, notify, digest and logLevel.`)
}

function defined (settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''))
}

/** The machine key of whoever names none. */
export function usualMachineKey (): string {
  return join(envPaths('colporteur', { suffix: '' }).config, 'machine.key')
}

function machineKeyOf (home: string, named: string | undefined): Config['machineKey'] {
  if (named === 'off') return null
  if (named === undefined) return { file: isInside(home, usualMachineKey()) ? `${home}.machine.key` : usualMachineKey(), isUsual: true }
  if (!isAbsolute(named) && !/^~[/\\]/.test(named)) throw new AppError('BAD_CONFIG', `${named} is not "off", nor a whole path. Name the machine key as /… or ~/….`)
  if (isInside(home, pathOf(named))) throw new AppError('BAD_CONFIG', `In the home the machine key ${named} would lie beside what it opens. Name a file elsewhere.`)
  return { file: pathOf(named), isUsual: false }
}

function pathOf (named: string): string {
  return resolve(named.replace(/^~(?=$|\/)/, homedir()))
}

function portOf (text: string | number): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || text === '') throw new AppError('BAD_CONFIG', `${text} is not a port. Give a number from 0 (any free one) to 65535.`)
  return port
}

function hostOf (host: string): string {
  if (host === 'localhost' || isIP(host) !== 0) return host
  throw new AppError('BAD_CONFIG', `${host} is not an IP address. Use 127.0.0.1, or an address of this machine from which the console shall be reachable.`)
}

/** The addresses that nodes tell each other over the DHT are IPv4. */
function bindOf (address: string): string {
  if (isIPv4(address)) return address
  throw new AppError('BAD_CONFIG', `${address} is not an IPv4 address. Give --bind the one of this machine on which nodes shall meet, or leave it out.`)
}

/** `HOST:PORT,HOST:PORT,…`. @throws AppError BAD_CONFIG */
export function bootstrapOf (value: string | string[]): HostPort[] {
  const nodes = (typeof value === 'string' ? value.split(',') : value).map(text => text.trim()).filter(Boolean)
  return nodes.map(text => {
    const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? []
    if (!host || !port) throw new AppError('BAD_CONFIG', `${text} is not HOST:PORT. "colporteur bootstrap" prints what to give.`)
    return { host, port: portOf(port) }
  })
}

function switchOf (name: string, value: string | boolean): boolean {
  if (typeof value === 'boolean') return value
  if (['on', 'true', '1', 'yes'].includes(value)) return true
  if (['off', 'false', '0', 'no'].includes(value)) return false
  throw new AppError('BAD_CONFIG', `${name} is on or off, not ${value}.`)
}

function daysOf (text: string | number): number {
  const days = Number(text)
  if (days >= 0 && days <= MOST_DAYS && text !== '') return days
  throw new AppError('BAD_CONFIG', `${text} is not a number of days. Give one from 0 (never warn) to ${MOST_DAYS}.`)
}

/** A text names a program alone: its arguments stand in a list, so that no shell has to take them apart. */
function notifyOf (value: string | string[]): Notify {
  return value === 'off' || value === 'desktop' || typeof value !== 'string' ? value : [value]
}

function digestOf (time: string): string | null {
  if (time === 'off') return null
  if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) return time
  throw new AppError('BAD_CONFIG', `${time} is not a time of day. Write it as 08:00, or "off".`)
}

function logLevelOf (text: string): LogLevel {
  const level = LOG_LEVELS.find(known => known === text)
  if (!level) throw new AppError('BAD_CONFIG', `${text} is not a log level. There are ${LOG_LEVELS.join(', ')}.`)
  return level
}
