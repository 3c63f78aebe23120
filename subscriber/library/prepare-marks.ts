import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { copyMarks } from './copy-marks.ts'
import { makeEmptyDatabase, putInPlace } from './empty-database.ts'
import type { GuardedFiles } from './guarded-files.ts'
import { create, isDamage, isWhole, settle, unlock, versionOf, withDatabase } from './one-database.ts'
import { MARKS_VERSION, marksSteps } from './schema.ts'

/** A mark is on the disk when it is made. */
export const MARKS_JOURNAL = 'TRUNCATE'
/** The version of marks from which on their pages have sums. */
const FIRST_WITH_SUMS = 5

/**
 * Makes the file of marks ready. One that is damaged is moved out of the way, and what can be read of it stays.
 *
 * @returns where it was moved
 */
export function prepareMarks (file: string, guard: GuardedFiles): string | null {
  unlock(file)
  const another = join(dirname(file), 'reader-new.sqlite')
  // Whoever was killed between the two names had all of it in there.
  if (!existsSync(file) && existsSync(another)) putInPlace(another, file)
  removeDatabase(another)
  if (!existsSync(file) || statSync(file).size === 0) makeEmptyDatabase(file)
  const state = stateOf(file, guard)
  const damaged = state === 'right' ? null : replace(file, another, state === 'damaged', guard)
  withDatabase(file, database => {
    settle(database, MARKS_JOURNAL)
    let version = versionOf(database)
    // A step and its version are one transaction, so that a power cut in between costs no mark.
    while (version < MARKS_VERSION) create(database, marksSteps[++version]!, version)
  })
  return damaged
}

/** With `unused pages damaged` nothing is lost; SQLite never reads those, and who reads all through would find them for ever. */
type MarksState = 'right' | 'without sums' | 'unused pages damaged' | 'damaged'

function stateOf (file: string, guard: GuardedFiles): MarksState {
  return withDatabase(file, database => {
    try {
      settle(database, MARKS_JOURNAL)
      const version = versionOf(database)
      if (version > MARKS_VERSION) {
        throw new AppError('INTERNAL', `A newer version of Colporteur has written ${file}. Start that version, or one newer still.`)
      }
      if (!isWhole(database, guard)) return 'damaged'
      if (guard.isGuarded(file)) return isAllRight(file, guard) ? 'right' : 'unused pages damaged'
      return version < FIRST_WITH_SUMS ? 'without sums' : 'damaged'
    } catch (error) {
      if (!isDamage(error, guard)) throw error
      return 'damaged'
    }
  })
}

function isAllRight (file: string, guard: GuardedFiles): boolean {
  try {
    guard.readThrough(file, 0, Infinity)
    return true
  } catch (error) {
    if (!isDamage(error, guard)) throw error
    return false
  }
}

/** Puts what can be read of a file in its place; gives where it is kept when that is not all, or may be something else than was written. */
function replace (file: string, another: string, isDamaged: boolean, guard: GuardedFiles): string | null {
  makeEmptyDatabase(another)
  const isAll = copyMarks(file, another, guard)
  const damaged = isAll && !isDamaged ? null : `${file}.damaged-${Date.now()}`
  if (damaged !== null) renameSync(file, damaged)
  putInPlace(another, file)
  rmSync(file + '-journal', { force: true })
  return damaged
}

function removeDatabase (file: string): void {
  unlock(file)
  for (const ending of ['', '-journal', '.new']) rmSync(file + ending, { force: true })
}
