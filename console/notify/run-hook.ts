import { spawn } from 'node:child_process'
import type { Notification } from '../../shared/api/notifications.ts'
import type { Notify } from '../../shared/config.ts'
import { AppError } from '../../shared/errors.ts'
import { inWords } from './notification-in-words.ts'

/** What a program finds around it: that of the node, so that it reaches the desktop. */
export type Environment = Record<string, string | undefined>

/** A program that does not end must not be joined by another one with every issue. */
const LIMIT_MS = 15_000

/**
 * Tells a person by a program: the desktop's, or one of their own. Never through a shell: what strangers wrote is given
 * as it is, as an argument or in the environment, and can begin nothing.
 *
 * @throws AppError NOT_FOUND when there is no such program, TIMED_OUT, INTERNAL when it has failed
 */
export async function runHook (notify: Exclude<Notify, 'off'>, notification: Notification, environment: Environment): Promise<void> {
  const { title, text } = inWords(notification)
  // Its text may be markup, and what begins with a dash is no option.
  if (notify === 'desktop') return await run(['notify-send', '--app-name=Colporteur', '--', title, escaped(text)], environment)
  const [newest] = notification.issues
  await run(notify, {
    ...environment,
    COLPORTEUR_TITLE: title,
    COLPORTEUR_TEXT: text,
    COLPORTEUR_KIND: notification.kind,
    COLPORTEUR_COUNT: String(notification.total),
    COLPORTEUR_ISSUE: newest?.ref ?? ''
  })
}

async function run ([program, ...args]: string[], env: Environment): Promise<void> {
  const child = spawn(program!, args, { env, stdio: 'ignore', shell: false })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', cause => reject(new AppError('NOT_FOUND', `The program ${program} can not be run (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause })))
      child.once('close', (code, signal) => {
        if (code === 0) resolve()
        else if (signal === 'SIGKILL') reject(new AppError('TIMED_OUT', `The program ${program} did not end in ${LIMIT_MS / 1000} s.`))
        else reject(new AppError('INTERNAL', `The program ${program} has failed (${code ?? signal}).`))
      })
    })
  } finally {
    clearTimeout(timer)
  }
}

/** `notify-send` turns `\074` into `<`, after which it would be markup, and refuses what `\377` makes of a text. */
function escaped (text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
