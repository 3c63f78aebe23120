import type Corestore from 'corestore'
import type { InnerCore, ReplicationPeer } from 'hypercore'
import { AppError } from '../errors.ts'
import { watchPeers } from './watch-peers.ts'

/** By what a message of a peer comes in, and by what answers go on that have waited. */
const HANDLERS = [
  'onsync', 'onrequest', 'oncancel', 'ondata', 'onnodata', 'onwant', 'onunwant', 'onbitfield', 'onrange', 'onextension', 'ondrain'
] as const

export type OnProgramError = (peer: ReplicationPeer, error: Error) => void

/**
 * Ends the connection, and not the process, where a message of a peer leads to what Hypercore takes for an error in a program:
 * it throws such an error once more where nothing catches it (safety-catch 1.0). Others find such messages before we do.
 */
export function guardProgram (store: Corestore, onError: OnProgramError): void {
  store.watch(core => guardVerifying(core, onError))
  watchPeers(store, peer => {
    for (const name of HANDLERS) guardHandler(peer, name, onError)
  })
}

function guardHandler (peer: ReplicationPeer, name: typeof HANDLERS[number], onError: OnProgramError): void {
  const handle = peer[name].bind(peer) as (message: unknown) => unknown
  const guarded = (message: unknown): unknown => {
    try {
      const handled = handle(message)
      return handled instanceof Promise ? handled.catch((error: unknown) => tell(peer, error, onError)) : handled
    } catch (error) {
      return tell(peer, error, onError)
    }
  }
  Object.assign(peer, { [name]: guarded })
}

/** What comes is verified inside of a handler, which tells of such an error itself. */
function guardVerifying (core: InnerCore, onError: OnProgramError): void {
  for (const name of ['verify', 'checkConflict'] as const) {
    const verify = core[name].bind(core)
    core[name] = async (proof, peer) => await verify(proof, peer).catch((error: unknown) => tell(peer, error, onError))
  }
}

function tell (peer: ReplicationPeer, error: unknown, onError: OnProgramError): never {
  if (!isProgramError(error)) throw error
  onError(peer, error)
  throw new AppError('BAD_FORMAT', 'A message of a peer could not be dealt with.', { cause: error })
}

function isProgramError (error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const isOfTheLanguage = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError].some(kind => error instanceof kind)
  return isOfTheLanguage || (error as NodeJS.ErrnoException).code === 'ERR_ASSERTION'
}
