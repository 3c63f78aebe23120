import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { isAppError, messageOf } from '../../shared/errors.ts'
import type { SentFailure } from '../../shared/sent-failure.ts'
import type { FromWorker, ToWorker } from './library-calls.ts'
import { LibraryStore } from './library-store.ts'
import { isDamage, libraryFiles, openDatabases, removeIndex } from './open-databases.ts'

/** Answers one call after the other; SQLite blocks, so this has a thread of its own. */
function serve (port: MessagePort, folder: string): void {
  const answer = (message: FromWorker): void => port.postMessage(message)
  let store: LibraryStore
  try {
    const { database, rebuilt, damagedMarks } = openDatabases(folder)
    store = new LibraryStore(database)
    answer({ opened: { rebuilt, damagedMarks } })
  } catch (error) {
    return answer({ call: null, failure: sentFailure(error) })
  }
  let damaged = false
  port.on('message', (request: ToWorker) => {
    if (request === null) {
      store.close()
      // The next start builds it anew.
      if (damaged) removeIndex(libraryFiles(folder))
      return port.close()
    }
    try {
      answer({ call: request.call, value: Reflect.apply(store[request.method], store, request.args) })
    } catch (error) {
      damaged ||= isDamage(error)
      answer({ call: request.call, failure: sentFailure(error) })
    }
  })
}

function sentFailure (error: unknown): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  if (isAppError(error)) return { code: error.code, message: error.message, stack }
  const message = messageOf(error)
  if (isDamage(error)) return { code: 'INTERNAL', message: 'The index of the library is damaged. Start the node again: it is then built anew from the drives.', stack }
  if (/database or disk is full/.test(message)) return { code: 'DISK_FULL', message: 'There is no room left on the disk for the library. Make some and try again.', stack }
  return { code: 'INTERNAL', message: `The library failed: ${message}`, stack }
}

serve(parentPort!, (workerData as { folder: string }).folder)
