import { constants, copyFileSync, existsSync, linkSync, rmSync, statSync } from 'node:fs'
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

/** Makes the file of marks ready. One that is damaged is kept aside (`….damaged-TIME`), and what can be read of it stays. */
export function prepareMarks (file: string, guard: GuardedFiles): void {
  unlock(file)
  const another = join(dirname(file), 'reader-new.sqlite')
  // An earlier version that was killed between the two names had all of it in there.
  if (!existsSync(file) && existsSync(another)) putInPlace(another, file)
  removeDatabase(another)
  if (!existsSync(file) || statSync(file).size === 0) makeEmptyDatabase(file)
  const state = stateOf(file, guard)
  if (state !== 'right') replace(file, another, state === 'damaged', guard)
  withDatabase(file, database => {
    settle(database, MARKS_JOURNAL)
    let version = versionOf(database)
    // A step and its version are one transaction, so that a power cut in between costs no mark.
    while (version < MARKS_VERSION) create(database, marksSteps[++version]!, version)
  })
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

/** Puts what can be read of a file in its place, and keeps it when that is not all, or may be something else than was written. */
function replace (file: string, another: string, isDamaged: boolean, guard: GuardedFiles): void {
  makeEmptyDatabase(another)
  const isAll = copyMarks(file, another, guard)
  if (!isAll || isDamaged) keepAside(file)
  // Before the other takes its place, into which it would be played.
  rmSync(file + '-journal', { force: true })
  putInPlace(another, file)
}

/** The name stays taken: whichever version starts after a kill in between finds no file missing, and makes no empty one. */
function keepAside (file: string): void {
  const aside = `${file}.damaged-${Date.now()}`
  try {
    linkSync(file, aside)
  } catch {
    // File systems of memory cards have one name for each file.
    copyFileSync(file, aside, constants.COPYFILE_EXCL)
  }
}

function removeDatabase (file: string): void {
  unlock(file)
  for (const ending of ['', '-journal', '.new']) rmSync(file + ending, { force: true })
}
