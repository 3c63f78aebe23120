import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { messageOf } from '../../shared/errors.ts'
import type { SentFailure } from '../../shared/sent-failure.ts'
import { GuardedFiles } from '../library/guarded-files.ts'
import { isDamage, isFullDisk } from '../library/one-database.ts'
import { openSearchFile, removeSearchFile } from './open-search-file.ts'
import type { FromSearchWorker, ToSearchWorker } from './search-calls.ts'
import { SearchStore } from './search-store.ts'

/** Answers one call after the other, in a thread of its own: SQLite blocks. */
function serve (port: MessagePort, file: string): void {
  const answer = (message: FromSearchWorker): void => port.postMessage(message)
  const guard = new GuardedFiles(mended => answer({ mended }))
  let store: SearchStore | null = null
  const close = (): void => {
    try {
      store?.close()
    } catch {
      // What is damaged may not even close.
    }
    store = null
  }
  const beginAnew = (): void => {
    close()
    removeSearchFile(file)
  }
  port.on('message', (request: ToSearchWorker) => {
    if (request === null) {
      close()
      return port.close()
    }
    const { call } = request
    try {
      if (request.method === 'clear') {
        beginAnew()
        return answer({ call, value: null })
      }
      guard.takeFull()
      store ??= new SearchStore(openSearchFile(file, guard))
      answer({ call, value: Reflect.apply(store[request.method], store, request.args) })
    } catch (error) {
      const isDamaged = isDamage(error, guard)
      if (isDamaged) beginAnew()
      answer({ call, failure: sentFailure(error, isFullDisk(error, guard)), rebuilt: isDamaged })
    }
  })
}

function sentFailure (error: unknown, isFull: boolean): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  const message = messageOf(error)
  if (isFull) return { code: 'DISK_FULL', message: 'There is no room left on the disk for the index of the search. Make some and try again.', stack }
  return { code: 'INTERNAL', message: `The index of the search failed: ${message}`, stack }
}

serve(parentPort!, (workerData as { file: string }).file)
