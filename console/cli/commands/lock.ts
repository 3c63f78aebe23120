import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import type { KeyStates } from '../../../shared/api/locks.ts'
import type { Newsletter } from '../../../shared/api/newsletters.ts'
import { loadConfig } from '../../../shared/config.ts'
import { AppError } from '../../../shared/errors.ts'
import { askNewPassphrase, askPassphrase } from '../ask.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { makeKeyFile, readKeyFile } from '../key-file.ts'
import { keysInWords } from '../keys-text.ts'
import { nameInCommand } from '../name-in-command.ts'
import { safeText } from '../safe-text.ts'

interface LockOptions extends CommonOptions { keyFile?: string }
/** How to seal with another passphrase or key file. */
const TO_CHANGE = 'To change it: "colporteur unlock --for-good", then "colporteur lock".'

interface UnlockOptions extends LockOptions { forGood?: boolean }

export function addLock (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'lock [newsletter]',
    summary: 'seal the keys by which this device writes with a passphrase, and forget them: the node keeps and serves on, and publishes nothing',
    examples: [
      ['colporteur lock', 'every newsletter that is written here; asks for a new passphrase'],
      ['colporteur lock "The Long Road"', 'one of them; where it was only unlocked, asks nothing: the passphrase stays as it was'],
      ['colporteur lock < passphrase.txt', 'takes it from stdin'],
      ['colporteur lock --key-file /media/stick/colporteur.key', 'with a key file instead, which is made where there is none']
    ]
  })
    .option('--key-file <file>', 'lock with what stands in this file instead of a passphrase')
    .action(async (newsletter: string | undefined, options: LockOptions) => await lock(context, newsletter, options))
  addCommand(program, {
    usage: 'unlock [newsletter]',
    summary: 'let a running node publish with locked keys, until it ends or "colporteur lock"; asks for the passphrase',
    examples: [
      ['colporteur unlock', 'every newsletter that the passphrase opens; on the disk they stay sealed'],
      ['colporteur unlock --key-file /media/stick/colporteur.key', 'with the key file; the stick may go afterwards'],
      ['colporteur unlock "The Long Road" --for-good', 'puts its keys on the disk without a passphrase again']
    ]
  })
    .option('--key-file <file>', 'unlock with a key file instead of a passphrase')
    .option('--for-good', 'keep the keys on the disk without a passphrase from now on')
    .action(async (newsletter: string | undefined, options: UnlockOptions) => await unlock(context, newsletter, options))
}

async function lock (context: Context, name: string | undefined, { keyFile, ...options }: LockOptions): Promise<void> {
  const { locked, unconfirmed } = await withNode(context, options, false, async ({ client }) => {
    const meant = await withKeys(client, name)
    const isPlain = meant.some(({ keys }) => keys === 'plain')
    if (!isPlain && keyFile !== undefined) throw new AppError('BAD_REQUEST', `The keys are sealed already, and no key file was made. ${TO_CHANGE}`)
    const passphrase = isPlain ? await newPassphrase(context, options, keyFile) : undefined
    if (meant.some(({ keys }) => keys !== 'plain') && !options.quiet) context.say(`Keys that were sealed before stay sealed with what they were sealed with. ${TO_CHANGE}`)
    const locked = await client.lockKeys({ body: { newsletters: meant.map(({ address }) => address), ...(passphrase !== undefined && { passphrase }) } })
    return { locked, unconfirmed: meant.filter(({ wordsUnconfirmed }) => wordsUnconfirmed) }
  })
  tell(context, options, locked)
  if (options.json || options.quiet) return
  context.say('The node keeps, serves and starts again without being unlocked. Whoever has lost the passphrase or the key file publishes from here with the recovery words alone: "colporteur writers leave", then "colporteur restore".')
  if (unconfirmed.length > 0) context.say(`Nobody has shown to have written down the recovery words of ${unconfirmed.map(({ title }) => safeText(title)).join(', ')}, and they lie here sealed as well: without them and the passphrase the newsletter is lost. To see them: ${unconfirmed.map(newsletter => `colporteur keys show ${nameInCommand(newsletter)}`).join(', ')}.`)
}

async function unlock (context: Context, name: string | undefined, { forGood = false, keyFile, ...options }: UnlockOptions): Promise<void> {
  const unlocked = await withNode(context, options, false, async ({ client, isRunning }) => {
    const sealed = (await withKeys(client, name)).filter(({ keys }) => keys !== 'plain')
    if (sealed.length === 0) throw new AppError('BAD_REQUEST', 'There is nothing to unlock: the keys lie here without a passphrase.')
    if (!isRunning && !forGood) throw new AppError('NODE_UNREACHABLE', 'No node is running, so there is none to unlock: "colporteur start" starts it. Commands that publish without one ask for the passphrase themselves. --for-good keeps the keys without a passphrase from now on.')
    const passphrase = keyFile === undefined ? await askPassphrase(context) : await readKeyFile(keyFile)
    return await client.unlockKeys({ body: { newsletters: sealed.map(({ address }) => address), passphrase, forGood } })
  })
  tell(context, options, unlocked)
  if (!options.json && !options.quiet && !forGood) context.say('Until the node ends, or "colporteur lock". On the disk they stay sealed.')
}

async function newPassphrase (context: Context, { home }: CommonOptions, keyFile: string | undefined): Promise<string> {
  if (keyFile === undefined) return await askNewPassphrase(context)
  return await makeKeyFile(keyFile, (await loadConfig({ home }, context.environment)).home)
}

/** @throws AppError NEWSLETTER_NOT_FOUND, AMBIGUOUS; NOT_WRITER without keys, NO_MACHINE_KEY and BAD_CONFIG where they can't be read */
async function withKeys (client: Client, name: string | undefined): Promise<Newsletter[]> {
  const all = name === undefined ? (await client.listNewsletters()).newsletters : [await client.getNewsletter({ params: { newsletter: name } })]
  const found = all.filter(({ keys }) => keys !== null)
  // Keys that lie here and can't be read are not there for anybody else.
  const [unread] = found.length === 0 ? all.flatMap(({ notWriting }) => notWriting ?? []) : []
  if (unread) throw new AppError(unread.code === 'NO_MACHINE_KEY' ? unread.code : 'BAD_CONFIG', unread.reason)
  if (found.length === 0) throw new AppError('NOT_WRITER', name === undefined ? 'No newsletter is written on this device, so there are no keys.' : 'There are no keys of this newsletter on this device: it is only read here.')
  return found
}

function tell (context: Context, { json }: CommonOptions, states: KeyStates): void {
  context.print(json ? JSON.stringify(states) : inColumns(states.newsletters.map(({ newsletter, title, keys }) => [safeText(title) || `colporteur://${newsletter}`, keysInWords(keys)]), null))
}
