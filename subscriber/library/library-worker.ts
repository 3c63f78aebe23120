import { resolve } from 'node:path'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { isAppError, messageOf } from '../../shared/errors.ts'
import type { SentFailure } from '../../shared/sent-failure.ts'
import { GuardedFiles } from './guarded-files.ts'
import type { FromWorker, ToWorker } from './library-calls.ts'
import { DAMAGED, LIBRARY_FILES, type LibraryFile, libraryFiles } from './library-files.ts'
import { LibraryStore } from './library-store.ts'
import { damagedFiles, isDamage, isFullDisk } from './one-database.ts'
import { openDatabases, removeIndex } from './open-databases.ts'
import { Statements } from './statements.ts'

/** Answers one call after the other; SQLite blocks, so this has a thread of its own. */
function serve (port: MessagePort, folder: string): void {
  const answer = (message: FromWorker): void => port.postMessage(message)
  const guard = new GuardedFiles(mended => answer({ mended }))
  let store: LibraryStore
  try {
    const opened = openStore(folder, guard)
    store = opened.store
    answer({ opened: { rebuilt: opened.rebuilt } })
  } catch (error) {
    return answer({ call: null, failure: sentFailure(error, damagedBy(error, folder, guard), isFullDisk(error, guard)) })
  }
  let isIndexDamaged = false
  port.on('message', (request: ToWorker) => {
    if (request === null) {
      store.close()
      const files = libraryFiles(folder)
      // SQLite does not tell when it could not take its log over. The next start builds the index anew, and puts the marks right.
      if (isIndexDamaged || guard.takeRefused().includes(resolve(files.index))) removeIndex(files)
      return port.close()
    }
    guard.takeFull()
    try {
      answer({ call: request.call, value: Reflect.apply(store[request.method], store, request.args) })
    } catch (error) {
      const damaged = damagedBy(error, folder, guard)
      isIndexDamaged ||= damaged.includes('index')
      answer({ call: request.call, failure: sentFailure(error, damaged, isFullDisk(error, guard)), damaged })
    }
  })
}

/** An index that shows at once that it is damaged is made anew at once: nobody could start otherwise. */
function openStore (folder: string, guard: GuardedFiles): { store: LibraryStore, rebuilt: boolean } {
  const { database, rebuilt } = openDatabases(folder, guard)
  const sql = new Statements(database)
  try {
    return { store: new LibraryStore(sql, guard), rebuilt }
  } catch (error) {
    sql.close()
    // One that was made just now is not what is wrong.
    if (rebuilt || !isDamage(error, guard)) throw error
    removeIndex(libraryFiles(folder))
    return openStore(folder, guard)
  }
}

/** Where SQLite does not say which it is it is the index: the marks were looked at when they were opened. */
function damagedBy (error: unknown, folder: string, guard: GuardedFiles): LibraryFile[] {
  const paths = damagedFiles(error, guard)
  if (paths === null) return []
  const files = libraryFiles(folder)
  const named = LIBRARY_FILES.filter(name => paths.includes(resolve(files[name])))
  return named.length === 0 ? ['index'] : named
}

function sentFailure (error: unknown, damaged: LibraryFile[], isFull: boolean): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  if (isAppError(error)) return { code: error.code, message: error.message, stack }
  const message = messageOf(error)
  if (damaged.length > 0) return { code: 'INTERNAL', message: damaged.map(name => DAMAGED[name]).join(' '), stack }
  if (isFull) return { code: 'DISK_FULL', message: 'There is no room left on the disk for the library. Make some and try again.', stack }
  return { code: 'INTERNAL', message: `The library failed: ${message}`, stack }
}

serve(parentPort!, (workerData as { folder: string }).folder)
