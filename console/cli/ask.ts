import { AppError } from '../../shared/errors.ts'
import type { Context } from './context.ts'

const WORDS = 24

/** The recovery words, typed or piped in as many lines as one likes. */
export async function askWords (context: Context, whose = ''): Promise<string> {
  const words = await readWords(context, `The 24 recovery words${whose}: `, false)
  if (words === null) throw new AppError('BAD_WORDS', 'No words came. Type them, or give them on stdin: "colporteur … < words.txt".')
  return words
}

/** Another set of words; null: none. */
export async function askMoreWords (context: Context): Promise<string | null> {
  return await readWords(context, 'Another set of words, or Enter to pass a file on to who has it: ', true)
}

async function readWords ({ questions }: Context, question: string, mayBeNone: boolean): Promise<string | null> {
  const words: string[] = []
  while (words.length < WORDS) {
    const line = await questions.ask(words.length === 0 ? question : `${WORDS - words.length} more: `)
    if (line === null) break
    words.push(...line.split(/[\s,;]+/).filter(Boolean))
    if (words.length === 0 && mayBeNone && questions.isAnswered) break
  }
  return words.length === 0 ? null : words.join(' ')
}

export async function askPassphrase ({ questions }: Context, question = 'Passphrase: '): Promise<string> {
  const passphrase = await questions.ask(question, { hidden: true })
  if (!passphrase && questions.isSpent) throw new AppError('BAD_PASSPHRASE', 'A passphrase is needed, and stdin has given the text already. Name a file in place of "-"; or "colporteur start" a node, and "colporteur unlock" it.')
  if (!passphrase) throw new AppError('BAD_PASSPHRASE', 'No passphrase came. Type it, or give it on stdin.')
  return passphrase
}

/** A new passphrase; on a terminal it is asked for twice. */
export async function askNewPassphrase (context: Context): Promise<string> {
  const passphrase = await askPassphrase(context, 'New passphrase: ')
  if (context.questions.isAnswered && passphrase !== await askPassphrase(context, 'Once more: ')) throw new AppError('BAD_PASSPHRASE', 'The two differ; nothing was changed.')
  return passphrase
}
