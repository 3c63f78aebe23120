import { setInterval } from 'node:timers/promises'
import type { Client } from '../../shared/api/client.ts'
import type { Restoration, RestoredNewsletter } from '../../shared/api/restoring.ts'
import type { Progress } from '../../shared/api/subscriptions.ts'
import { AppError, type FailureCode } from '../../shared/errors.ts'
import { askYes, type RootOptions, signWithSets, tellEffects } from './change-root.ts'
import type { Connection } from './connect.ts'
import type { Context } from './context.ts'
import { foundInWords, informedInWords, searchInWords } from './restoring-text.ts'
import { safeText } from './safe-text.ts'

const LOOK_MS = 250
/** So long is waited, when all is done, for somebody who has the new root, and for more of the catalogue to come. */
const INFORM_MS = 15_000
const CATALOGUE_MS = 30_000

export interface RestoreOptions extends RootOptions {
  /** Without any news for so long, nothing is waited for any more. */
  timeoutMs: number
  inPlaceOf?: string[]
  reason?: string
  name?: string
  anyway?: boolean
}

/** The restoring that was begun here, told from others by when it was. */
interface Begun { client: Client, since: string }

/** From words to a device that writes: finds the newsletters, asks, signs, publishes, and tells how far each has come. */
export async function restoreNewsletters (
  context: Context, { client, isRunning }: Connection, words: string, address: string | null, options: RestoreOptions
): Promise<void> {
  const { since } = await client.startRestoration({ body: { words, ...(address !== null && { address }) } })
  const begun = { client, since }
  try {
    const found = await untilReady(context, begun, options)
    const restored = []
    for (const newsletter of found) restored.push(await restoreOne(context, begun, newsletter, words, options))
    const done = restored.filter(newsletter => newsletter !== null)
    if (!isRunning) for (const { newsletter } of done) await untilHere(context, client, newsletter, options)
    if (options.json) context.print(JSON.stringify({ restored: done }))
    else for (const { link } of done) context.print(link)
    if (!isRunning && !options.quiet && done.length > 0) context.say('Go on publishing, and leave a node running: "colporteur start".')
  } finally {
    if (await standing(begun)) await client.stopRestoration()
  }
}

/** How it stands; null: it was ended, or another one takes its place. */
async function standing ({ client, since }: Begun): Promise<Restoration | null> {
  const { restoration } = await client.getRestoration()
  return restoration?.since === since ? restoration : null
}

function interrupted (what: string): AppError {
  return new AppError('CONFLICT', `Another restoring was begun on this node meanwhile, or somebody has ended this one. ${what}`)
}

/** Waits until something was found, and everything is known of what was found. */
async function untilReady (context: Context, begun: Begun, options: RestoreOptions): Promise<RestoredNewsletter[]> {
  let newsletters: RestoredNewsletter[] = []
  const isReady = ({ newsletters: found }: Restoration): boolean => {
    newsletters = found
    const refused = found.find(({ problem }) => problem)
    if (refused && found.every(({ problem }) => problem)) throw new AppError(refused.problem!.code as FailureCode, refused.problem!.reason)
    return found.length > 0 && found.every(({ state }) => state !== 'fetching')
  }
  await untilNews(context, begun, options, isReady, restoration => {
    if (options.anyway && restoration.newsletters.length > 0) return
    throw nothingCame(restoration)
  })
  return newsletters.filter(({ problem }) => !problem)
}

function nothingCame ({ newsletters: [newsletter], looking }: Restoration): AppError {
  if (newsletter) {
    return newsletter.peers === 0
      ? new AppError('NO_PEERS', 'The root was found, and nobody is connected any more who could tell how far the newsletter had come. Nothing was changed. Run it again when a reader is online, or with --wait.')
      : new AppError('TIMED_OUT', 'Those who are connected have the root, and not all of what was published. Nothing was changed. Run it again when another reader is online, or with --wait; --anyway goes on with what is here.')
  }
  const what = looking === 1 ? 'this newsletter' : 'a newsletter of these words'
  const which = looking === 1 ? '' : ' Where several sets of words act together, or the words were replaced, give the address as well.'
  return new AppError('NO_PEERS', `Nobody who holds ${what} was found in the time given. Nothing was changed, and no second history was begun. Ask a reader to go online and run it again, or with --wait; or open a backup or a bundle first ("colporteur backup open FILE", "colporteur open FILE").${which}`)
}

/** Null: others have to sign. */
async function restoreOne (
  context: Context, begun: Begun, { newsletter, link, title }: RestoredNewsletter, words: string, options: RestoreOptions
): Promise<RestoredNewsletter | null> {
  const { client } = begun
  const { inPlaceOf, reason, name, anyway } = options
  const wish = { ...(inPlaceOf && { inPlaceOf }), ...(reason && { reason }), ...(name && { name }), ...(anyway && { anyway }) }
  const proposal = await client.proposeRestoration({ params: { newsletter }, body: wish })
  if (!options.quiet) context.say(`${safeText(title) || '(title not known yet)'}  ${link}`)
  tellEffects(context, proposal)
  await askYes(context, options)
  if (!await standing(begun)) throw interrupted('The newsletter was not changed.')
  if (!await signWithSets(context, options, client, proposal, words)) return null
  const restored = await untilRestored(begun, newsletter)
  if (!options.quiet) context.say(informedInWords(restored))
  return restored
}

/** Waits until this device may write, and a while for somebody who knows. */
async function untilRestored (begun: Begun, newsletter: string): Promise<RestoredNewsletter> {
  const startedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const restoration = await standing(begun)
    if (!restoration) throw interrupted('The newsletter is restored all the same: this device writes in it from now on.')
    const now = restoration.newsletters.find(candidate => candidate.newsletter === newsletter)
    if (now?.state === 'restored' && (now.informed > 0 || Date.now() - startedMs > INFORM_MS)) return now
  }
  throw new AppError('INTERNAL', 'Waiting ended by itself.')
}

/** The catalogue, of which the writer only had to know the index. */
async function untilHere (context: Context, client: Client, newsletter: string, { timeoutMs, quiet }: RestoreOptions): Promise<void> {
  let last = ''
  let changedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const { issues } = await client.getNewsletter({ params: { newsletter } })
    const words = `${issues.ready} of ${issues.total} issues are here`
    if (words !== last) {
      if (!quiet) context.tellProgress(words)
      changedMs = Date.now()
      last = words
    }
    if (issues.ready === issues.total) return
    if (Date.now() - changedMs > Math.min(timeoutMs, CATALOGUE_MS)) return void (quiet || context.say('The rest comes when somebody who has it is online: leave a node running ("colporteur start").'))
  }
}

/** Looks until `isDone`. Without any news for too long, `onSilence` says what comes of it. */
async function untilNews (
  context: Context,
  begun: Begun,
  { timeoutMs, quiet }: RestoreOptions,
  isDone: (restoration: Restoration) => boolean,
  onSilence: (restoration: Restoration) => void
): Promise<void> {
  let last = ''
  let changedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const restoration = await standing(begun)
    if (!restoration) throw interrupted('Nothing was changed.')
    const lines = restoration.newsletters.length === 0 ? [searchInWords(restoration)] : await foundLines(begun.client, restoration.newsletters)
    if (lines.join('\n') !== last) {
      if (!quiet) for (const line of lines) if (!last.includes(line)) context.tellProgress(line)
      last = lines.join('\n')
      changedMs = Date.now()
    }
    if (isDone(restoration)) return
    if (Date.now() - changedMs > timeoutMs) return onSilence(restoration)
  }
}

async function foundLines (client: Client, newsletters: RestoredNewsletter[]): Promise<string[]> {
  const found = newsletters.filter(({ problem }) => !problem)
  return await Promise.all(found.map(async newsletter => foundInWords(newsletter, await progressOf(client, newsletter.newsletter))))
}

async function progressOf (client: Client, newsletter: string): Promise<Progress | null> {
  return await client.getSubscription({ params: { newsletter } }).then(({ progress }) => progress, () => null) // it was written here before
}
