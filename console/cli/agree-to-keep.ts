import type { Client } from '../../shared/api/client.ts'
import { AppError } from '../../shared/errors.ts'
import { askYes } from './change-root.ts'
import type { Context } from './context.ts'
import { bytesInWords } from './progress-text.ts'

interface AskOptions { yes?: boolean, quiet?: boolean }

/** Who can not be asked has to say yes before anything is looked for. @throws AppError BAD_REQUEST */
export function checkAskable ({ questions }: Context, { yes = false }: AskOptions): void {
  if (!yes && !questions.isAnswered) throw new AppError('BAD_REQUEST', 'Nobody is there to be asked. Say --yes if you mean it, or --look to be told what it would take.')
}

/** Whether a person who was told what keeping takes wants it. */
export async function isAgreed ({ questions }: Context, { yes = false }: AskOptions): Promise<boolean> {
  return yes || !/^n/i.test(await questions.ask('Keep it? [Y/n] ') ?? 'n')
}

/**
 * Asks before a smaller cap takes issues off the disk, which it does at once.
 *
 * @param newsletter whose cap it is; null: that of all together
 * @param maxDiskBytes null: no cap; undefined: as it was
 * @throws AppError BAD_REQUEST where nobody can be asked, CANCELLED
 */
export async function agreeToCap (
  context: Context, client: Client, newsletter: string | null, maxDiskBytes: number | null | undefined, options: AskOptions
): Promise<void> {
  if (maxDiskBytes === undefined || maxDiskBytes === null) return
  const [{ kept }, { newsletters }] = await Promise.all([client.listKept(), client.listNewsletters()])
  // What is read here as well stays whatever the cap is.
  const forOthers = new Set(newsletters.filter(({ role }) => role === 'keeping').map(({ address }) => address))
  const counted = kept.filter(({ newsletter: address }) => forOthers.has(address) && (newsletter ?? address) === address)
  const usedBytes = counted.reduce((sum, kept) => sum + kept.usedBytes, 0)
  if (usedBytes <= maxDiskBytes) return
  if (!options.quiet || !options.yes) {
    context.say(`${bytesInWords(usedBytes)} are kept ${newsletter === null ? 'in all' : 'of it'}: at least ${bytesInWords(usedBytes - maxDiskBytes)} of that goes off the disk at once, whole issues, those with most copies elsewhere first, then the oldest.`)
  }
  await askYes(context, options)
}
