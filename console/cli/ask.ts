import { AppError } from '../../shared/errors.ts'
import type { Context } from './context.ts'

const WORDS = 24

/** The recovery words, typed or piped in as many lines as one likes. */
export async function askWords ({ questions }: Context, whose = ''): Promise<string> {
  const words: string[] = []
  while (words.length < WORDS) {
    const question = words.length === 0 ? `The 24 recovery words${whose}: ` : `${WORDS - words.length} more: `
    const line = await questions.ask(question)
    if (line === null) break
    words.push(...line.split(/[\s,;]+/).filter(Boolean))
  }
  if (words.length === 0) throw new AppError('BAD_WORDS', 'No words came. Type them, or give them on stdin: "colporteur … < words.txt".')
  return words.join(' ')
}

export async function askPassphrase ({ questions }: Context, question = 'Passphrase: '): Promise<string> {
  const passphrase = await questions.ask(question, { hidden: true })
  if (!passphrase) throw new AppError('BAD_PASSPHRASE', 'No passphrase came. Type it, or give it on stdin.')
  return passphrase
}

/** A new passphrase; on a terminal it is asked for twice. */
export async function askNewPassphrase (context: Context): Promise<string> {
  const passphrase = await askPassphrase(context, 'New passphrase: ')
  if (context.questions.isAnswered && passphrase !== await askPassphrase(context, 'Once more: ')) throw new AppError('BAD_PASSPHRASE', 'The two differ; nothing was changed.')
  return passphrase
}
