import { setInterval } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import type { KeepBody, KeeperSettingsChange, KeepingOffer, KeeperWeb, Kept } from '../../../shared/api/keeping.ts'
import { AppError } from '../../../shared/errors.ts'
import { agreeToCap, checkAskable, isAgreed } from '../agree-to-keep.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { type Connection, withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { bytesIn } from '../size-text.ts'

const LOOK_MS = 250
/** So long is a newsletter looked for before it is kept without having been seen. */
const LOOK_LIMIT_MS = 20_000
const RELAY = 'carry connections between nodes that can not reach each other, on a machine that everybody can reach by UDP; where no node is running'
const WEB_HOST = '127.0.0.1'
const WEB_PORT = 4780

interface KeepOptions extends CommonOptions {
  until?: string
  owner?: string
  name?: string
  maxDisk?: string
  maxUp?: string
  maxDown?: string
  quietHours?: string
  look?: boolean
  yes?: boolean
  list?: boolean
  drop?: string
  web?: string | true
  webUrl?: string
  private?: boolean
  relay?: boolean
  port?: string
  host?: string
  bootstrap?: string
  bind?: string
  logLevel?: string
}

export function addKeep (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'keep [address]',
    summary: 'hold a newsletter for others, and promise it to its author',
    examples: [
      ['colporteur keep colporteur://… --owner "Wei Zhang"', 'tells what it takes, and keeps every issue'],
      ['colporteur keep colporteur://… --until 2027-12-31 --max-disk 20GB', 'until then, and no more than that; the oldest issues go first'],
      ['colporteur keep colporteur://… --look', 'only tells what it would take'],
      ['colporteur keep --max-up 2MB --quiet-hours 08:00-18:00', 'limits for all that is kept'],
      ['colporteur keep --web 0.0.0.0:8080', 'shows what is kept as web pages, to people who have nothing installed'],
      ['colporteur keep colporteur://… --private', 'keeps it, and never shows it there'],
      ['colporteur keep --relay', 'also carries connections between nodes that can not reach each other, where no node is running'],
      ['colporteur keep --list', 'what is kept, and what had to go'],
      ['colporteur keep --drop "The Long Road"', 'keeps it no longer, and says so to its author']
    ]
  })
    .option('--until <date>', 'promise until this day, as 2027-12-31; without: until it is dropped')
    .option('--owner <name>', 'who owns this machine: copies are called safe when they have different owners')
    .option('--name <name>', 'what this keeper is called')
    .option('--max-disk <size>', 'at most so much on the disk, as 20GB; without an address: for all together; "none": no limit')
    .option('--max-up <size>', 'at most so much a second to others, as 2MB')
    .option('--max-down <size>', 'at most so much a second from others')
    .option('--quiet-hours <from-to>', 'hours of the day in which kept issues neither come nor go, as 08:00-18:00; "none": none')
    .option('--web [host:port]', `serve what is kept as web pages and feeds, by a listener of its own (${WEB_HOST}:${WEB_PORT}); "none": no longer`)
    .option('--web-url <url>', 'by which others reach the web pages, where something stands between, as https://letters.example.org')
    .option('--private', 'never show this newsletter on web pages')
    .option('--no-private', 'show it there (again)')
    .option('--look', 'tell what keeping would take, and do nothing')
    .option('--yes', 'ask nothing; has to be said where nobody can be asked')
    .option('--list', 'what is kept')
    .option('--drop <newsletter>', 'keep it no longer')
    .option('--port <number>', 'port of the console, where no node is running; 0: any free one')
    .option('--host <ip>', 'IP address on which the console listens, where no node is running')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .option('--relay', RELAY)
    .option('--log-level <level>', 'debug, info, warn, error or silent, where no node is running')
    .addHelpText('after', '\nWhere no node is running, this process becomes one and keeps on until Ctrl-C. The promise stays: "colporteur start" goes on with it.')
    .action(async (address: string | undefined, options: KeepOptions) => await keep(context, address ?? null, options))
}

async function keep (context: Context, address: string | null, options: KeepOptions): Promise<void> {
  if (options.webUrl !== undefined && options.web === undefined) throw new AppError('BAD_REQUEST', '--web-url goes with --web: colporteur keep --web 0.0.0.0:8080 --web-url https://letters.example.org')
  const wish = wishOf(options)
  if (address === null && (options.until !== undefined || options.private !== undefined)) throw new AppError('BAD_REQUEST', '--until, --private and --no-private belong to one newsletter: give its address, too.')
  const settings = settingsOf(address, options)
  const { list = false, drop, look = false } = options
  if (address !== null && !list && drop === undefined && !look) checkAskable(context, options)
  // Lists and orders that need nobody else are given without meeting anybody; web pages are there for as long as the node is.
  const isShort = list || drop !== undefined || (address === null && Object.keys(settings).length > 0 && !settings.web)
  await withNode(context, options, !isShort, async connection => {
    const { client } = connection
    if (list) return await showKept(context, client, options)
    if (drop !== undefined) return await dropKept(context, client, drop, options)
    await agreeToCap(context, client, null, settings.maxDiskBytes, options)
    if (Object.keys(settings).length > 0) await client.changeKeeperSettings({ body: settings })
    if (settings.web) await tellWeb(context, client, options)
    if (settings.web && address === null && connection.isRunning) return
    if (address === null) return isShort ? await showKept(context, client, options) : await stay(context, connection, options)
    const offer = await lookAt(context, client, address, look, options)
    if (!options.quiet) await tellRoom(context, client, offer)
    if (look) return context.print(options.json ? JSON.stringify(offer) : offer.link)
    if (!await isAgreed(context, options)) return context.say('Not kept.')
    await agreeToCap(context, client, offer.newsletter, wish.maxDiskBytes, options)
    const kept = await client.keepNewsletter({ body: { address, ...wish } })
    context.print(options.json ? JSON.stringify(kept) : kept.link)
    await stay(context, connection, options)
  })
}

async function lookAt (context: Context, client: Client, address: string, isPatient: boolean, { quiet }: CommonOptions): Promise<KeepingOffer> {
  const startedMs = Date.now()
  let offer = await client.lookAtNewsletter({ body: { address } })
  if (offer.state === 'looking' && !quiet) context.tellProgress('Looking for somebody who has it …')
  if (offer.state === 'looking') {
    for await (const _ of setInterval(LOOK_MS)) {
      offer = await client.lookAtNewsletter({ body: { address } })
      if (offer.state === 'known' || Date.now() - startedMs > LOOK_LIMIT_MS) break
    }
  }
  if (offer.state === 'looking' && isPatient) throw new AppError('NO_PEERS', 'Nobody who has this newsletter was found, so it is not known what keeping it would take.')
  if (!quiet) for (const line of offerInWords(offer)) context.say(line)
  return offer
}

function offerInWords (offer: KeepingOffer): string[] {
  const { state, title, authors, issues, diskBytes, bytesPerYear, freeBytes, sees } = offer
  if (state === 'looking') return ['Nobody who has it was found yet: what it takes shows when somebody is online.', ...sees]
  return [
    `${safeText(title) || '(no title)'}${authors.length === 0 ? '' : `, by ${safeText(authors.join(', '))}`}: ${issues} ${issues === 1 ? 'issue' : 'issues'}, ${bytesInWords(diskBytes)} now.`,
    `It grew by ${bytesInWords(bytesPerYear)} in the last year. This disk has ${bytesInWords(freeBytes)} free.`,
    ...sees
  ]
}

/** Where the limit for all that is kept leaves no room for all of it. */
async function tellRoom (context: Context, client: Client, { state, diskBytes, newsletter }: KeepingOffer): Promise<void> {
  const { kept, settings: { maxDiskBytes } } = await client.listKept()
  const others = kept.filter(({ newsletter: other }) => other !== newsletter).reduce((sum, { usedBytes }) => sum + usedBytes, 0)
  if (state !== 'known' || maxDiskBytes === null || others + diskBytes <= maxDiskBytes) return
  context.say(`All that is kept here may take ${bytesInWords(maxDiskBytes)} together, and the rest takes ${bytesInWords(others)}: old issues will be left out. "colporteur keep --max-disk" sets another limit.`)
}

async function tellWeb (context: Context, client: Client, { json, quiet }: CommonOptions): Promise<void> {
  const { webUrl, kept } = await client.listKept()
  if (json) context.print(JSON.stringify({ webUrl }))
  else if (webUrl !== null) context.print(webUrl)
  if (quiet) return
  const shown = kept.filter(({ isPrivate }) => !isPrivate).map(({ title, link }) => safeText(title) || link)
  context.say(shown.length === 0 ? 'Nothing is shown there yet: no newsletter is kept, or all are private.' : `Everyone who reaches it can read ${shown.join(', ')}, and sees the address. "colporteur keep ADDRESS --private" takes one off.`)
}

async function stay (context: Context, { isRunning, stay }: Connection, { quiet = false }: CommonOptions): Promise<void> {
  if (isRunning || !stay) {
    if (!quiet) context.say('Kept by the node that is running.')
    return
  }
  if (!quiet) context.say('This process keeps it now, and goes on until Ctrl-C. The promise stays: "colporteur start" goes on with it.')
  await stay()
}

async function showKept (context: Context, client: Client, { json }: CommonOptions): Promise<void> {
  const [answer, { evictions }] = await Promise.all([client.listKept(), client.listEvictions()])
  if (json) return context.print(JSON.stringify({ ...answer, evictions }))
  const { settings: { maxDiskBytes, maxUpBytes, maxDownBytes, quietHours }, kept, usedBytes, webUrl, webProblem } = answer
  if (kept.length === 0) context.print('Nothing is kept for others. "colporteur keep colporteur://…" keeps a newsletter.')
  else context.print(inColumns(kept.map(keptRow), context.columns))
  context.print(`In all ${bytesInWords(usedBytes)} of ${limit(maxDiskBytes)}; ${limit(maxUpBytes)} up and ${limit(maxDownBytes)} down a second; ${quietHours ? `quiet from ${quietHours.from} to ${quietHours.to}` : 'no quiet hours'}.`)
  if (webUrl ?? webProblem) context.print(webUrl === null ? `No web pages: ${webProblem}` : `Web pages for everyone: ${webUrl}`)
  for (const { at, title, sizeBytes, reason } of evictions.slice(0, 10)) context.print(`${at.slice(0, 16).replace('T', ' ')}  gone: ${safeText(title)}, ${bytesInWords(sizeBytes)}. ${reason}`)
}

function keptRow ({ title, link, until, owner, usedBytes, maxDiskBytes, isPrivate, issues }: Kept): string[] {
  return [
    safeText(title) || '(title not known yet)',
    until === null ? 'without an end' : `until ${until.slice(0, 10)}`,
    owner === '' ? '(owner not said)' : `owner ${safeText(owner)}`,
    `${issues.ready} of ${issues.known} issues${issues.removed === 0 ? '' : `, ${issues.removed} left out`}`,
    `${bytesInWords(usedBytes)} of ${limit(maxDiskBytes)}`,
    isPrivate ? 'private' : '',
    link
  ]
}

async function dropKept (context: Context, client: Client, newsletter: string, { json, quiet }: CommonOptions): Promise<void> {
  const answer = await client.dropNewsletter({ params: { newsletter } })
  if (json) context.print(JSON.stringify(answer))
  else if (!quiet) context.say(`Kept no longer; ${bytesInWords(answer.freedBytes)} are free again.`)
}

function limit (bytes: number | null): string {
  return bytes === null ? 'no limit' : bytesInWords(bytes)
}

function wishOf ({ until, owner, maxDisk, maxUp, maxDown, private: isPrivate }: KeepOptions): Omit<KeepBody, 'address'> {
  return {
    ...(until !== undefined && { until: dayOf(until) }),
    ...(owner !== undefined && { owner }),
    ...(maxDisk !== undefined && { maxDiskBytes: bytesIn(maxDisk) }),
    ...(maxUp !== undefined && { maxUpBytes: bytesIn(maxUp) }),
    ...(maxDown !== undefined && { maxDownBytes: bytesIn(maxDown) }),
    ...(isPrivate !== undefined && { isPrivate })
  }
}

/** Limits belong to the newsletter where one is named, else to all that is kept. */
function settingsOf (address: string | null, { name, owner, maxDisk, maxUp, maxDown, quietHours, web, webUrl }: KeepOptions): KeeperSettingsChange {
  return {
    ...(name !== undefined && { name }),
    ...(quietHours !== undefined && { quietHours: hoursOf(quietHours) }),
    ...(web !== undefined && { web: webOf(web, webUrl ?? null) }),
    ...(address === null && {
      ...(owner !== undefined && { owner }),
      ...(maxDisk !== undefined && { maxDiskBytes: bytesIn(maxDisk) }),
      ...(maxUp !== undefined && { maxUpBytes: bytesIn(maxUp) }),
      ...(maxDown !== undefined && { maxDownBytes: bytesIn(maxDown) })
    })
  }
}

/** The end of a day, in UTC. */
function dayOf (text: string): string | null {
  if (text === 'none') return null
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T23:59:59.999Z`) : NaN
  if (Number.isNaN(ms)) throw new AppError('BAD_REQUEST', `${text} is not a day. Write one as 2027-12-31, or "none" for no end.`)
  return new Date(ms).toISOString()
}

function hoursOf (text: string): { from: string, to: string } | null {
  if (text === 'none') return null
  const [, from, to] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? []
  if (!from || !to) throw new AppError('BAD_REQUEST', `${text} are no hours. Write them as 08:00-18:00, or "none".`)
  return { from, to }
}

/** `HOST:PORT`, or one of them. */
function webOf (text: string | true, url: string | null): KeeperWeb | null {
  if (text === 'none') return null
  const [, host, port] = /^(?:(\[[\da-f:.]+\]|[\d.]*[.][\d.]*)?:?)?(\d{1,5})?$/i.exec(text === true ? '' : text) ?? []
  if ((text !== true && !host && !port) || Number(port ?? 0) > 65535) throw new AppError('BAD_REQUEST', `${text} is not HOST:PORT. Write an IP address of this machine and a port, as 0.0.0.0:8080, or "none".`)
  return { host: host?.replace(/^\[|\]$/g, '') ?? WEB_HOST, port: port === undefined ? WEB_PORT : Number(port), url }
}
