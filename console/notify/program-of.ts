import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Notify } from '../../shared/config.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * Whoever has just named a program is there to put its name right; what is missing later is told when something is to be told.
 *
 * @param searched folders as PATH names them
 * @throws AppError BAD_CONFIG when there is no such program
 */
export async function checkProgram (notify: Notify, searched = ''): Promise<void> {
  if (typeof notify === 'string' || process.platform === 'win32') return // there, names are completed in ways of their own
  const [program] = notify as [string]
  const places = program.includes('/') ? [program] : searched.split(delimiter).filter(Boolean).map(folder => join(folder, program))
  for (const place of places) if (await canRun(place)) return
  throw new AppError('BAD_CONFIG', `${program} is no program that can be run. Give --notify "off", "desktop", or the path of a program.`)
}

async function canRun (path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false // as good as none
  }
}
