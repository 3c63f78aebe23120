import { resolve } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import type { Proposal, RootChange } from '../../shared/api/root.ts'
import { writeDurably, writeNew } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { askMoreWords, askPassphrase, askWords } from './ask.ts'
import { withNode } from './connect.ts'
import type { CommonOptions, Context } from './context.ts'
import { safeText } from './safe-text.ts'
import { unlockHere } from './unlock-here.ts'

export interface RootOptions extends CommonOptions {
  /** Asks nothing. */
  yes?: boolean
  /** Where a proposal goes that others have to sign. */
  out?: string
}

/**
 * Changes the root: says what will happen, asks, signs, and publishes; where others have to sign too, writes a file to pass on.
 *
 * @param before looks at the proposal before anybody is asked
 */
export async function changeRoot (
  context: Context, options: RootOptions, newsletter: string, change: RootChange, before: (client: Client) => Promise<void> = async () => {}
): Promise<void> {
  await withNode(context, options, false, async connection => {
    const { client, isRunning } = connection
    if (change.kind === 'takeOver') await unlockHere(context, connection, newsletter)
    const proposal = await client.proposeRoot({ params: { newsletter }, body: { change } })
    tellEffects(context, proposal)
    await before(client)
    await askYes(context, options)
    await signAndPublish(context, options, client, proposal)
    if (!isRunning && !options.quiet) context.say('No node is running, so nobody hears of it yet: "colporteur start" tells others.')
  })
}

/** Signs a proposal, and publishes it when that was the last signature. */
export async function signAndPublish (context: Context, options: RootOptions, client: Client, proposal: Proposal): Promise<void> {
  const signed = await client.signProposal({ body: { text: proposal.text, ...await signingOf(context, client, proposal) } })
  if (!signed.complete) return await passOn(context, options, signed)
  const { newsletter, number } = await client.publishRoot({ body: { text: signed.text } })
  if (options.json) return context.print(JSON.stringify({ newsletter, number }))
  context.print(`Done: this is document ${number} of the root.`)
}

/**
 * Signs with words that were asked for already, and with further sets as long as some are typed, and publishes.
 *
 * @returns false: others have to sign as well, and a file for them was written
 */
export async function signWithSets (context: Context, options: RootOptions, client: Client, proposal: Proposal, words: string): Promise<boolean> {
  let signed = proposal
  for (let more: string | null = words; more !== null && !signed.complete;) {
    signed = await client.signProposal({ body: { text: signed.text, words: more } })
    if (!signed.complete) more = await askMoreWords(context)
  }
  if (signed.complete) await client.publishRoot({ body: { text: signed.text } })
  else await passOn(context, options, signed)
  return signed.complete
}

/** Everything that a proposal does, so that nobody signs what they have not read. */
export function tellEffects (context: Context, { number, newsletter, effects, notes }: Proposal): void {
  context.say(`Document ${number} of the root of colporteur://${newsletter}`)
  for (const { text } of effects) context.say(`  * ${safeText(text)}`)
  for (const { text } of notes) context.say(`  ${safeText(text)}`)
}

export async function askYes ({ questions }: Context, { yes = false }: RootOptions, question = 'Do it? Type yes: '): Promise<void> {
  if (yes) return
  if (!questions.isAnswered) throw new AppError('BAD_REQUEST', 'Nobody is there to be asked. Say --yes if you mean it.')
  if ((await questions.ask(question))?.trim().toLowerCase() !== 'yes') throw new AppError('CANCELLED', 'Nothing was changed.')
}

/** Words that still lie on this machine sign by themselves. */
async function signingOf (context: Context, client: Client, { newsletter, signers }: Proposal): Promise<{ words?: string, passphrase?: string }> {
  const custody = await client.getWordCustody({ params: { newsletter } }).catch(() => null) // not a newsletter of this node
  const wanted = signers.flatMap(({ keys }) => keys)
  if (!custody?.unconfirmed.some(key => wanted.includes(key))) return { words: await askWords(context) }
  return custody.sealed ? { passphrase: await askPassphrase(context) } : {}
}

async function passOn (context: Context, { json, out }: RootOptions, { text, newsletter, number, signers }: Proposal): Promise<void> {
  const path = out === undefined ? await writeBeside(`root-${newsletter.slice(0, 8)}-${number}`, text) : resolve(out)
  if (out !== undefined) await writeDurably(path, text)
  if (json) return context.print(JSON.stringify({ path, signers }))
  for (const { keys, threshold, signed } of signers) context.say(`Signed by ${signed.length} of the ${threshold} that it takes (keys ${keys.join(', ')}).`)
  context.say('Pass this file on: whoever has other words signs it with "colporteur root sign FILE".')
  context.print(path)
}

/** Beside files that are there already: they may hold signatures of others. */
async function writeBeside (name: string, text: string): Promise<string> {
  for (let i = 1; ; i++) {
    const path = resolve(`${name}${i === 1 ? '' : `-${i}`}.proposal.json`)
    if (await writeNew(path, text)) return path
  }
}
