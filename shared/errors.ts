/**
 * Every failure the program can report, in one table: how HTTP says it (RFC 9457 `status`), and with which exit code
 * the command line ends (0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 verification failed, 69 node not
 * reachable, 75 timed out waiting for peers, 77 locked).
 */
export const failures = {
  // What was asked can't be understood.
  BAD_REQUEST: { status: 400, exit: 2, title: 'The request is not valid' },
  BAD_ADDRESS: { status: 400, exit: 2, title: 'This is not an address of a newsletter' },
  BAD_WORDS: { status: 400, exit: 2, title: 'These are not valid recovery words' },
  BAD_PASSPHRASE: { status: 400, exit: 2, title: 'The passphrase is missing or wrong' },
  BAD_SOURCE: { status: 400, exit: 1, title: 'This can not be published' },
  BAD_NAME: { status: 400, exit: 1, title: 'A name is not allowed' },
  BAD_QUERY: { status: 400, exit: 2, title: 'The search can not be understood' },
  BAD_CONFIG: { status: 400, exit: 2, title: 'The configuration is not valid' },
  TOO_LARGE: { status: 413, exit: 1, title: 'Larger than the format allows' },
  CANCELLED: { status: 400, exit: 130, title: 'Cancelled' },
  // Who asks is not allowed to.
  UNAUTHORIZED: { status: 401, exit: 1, title: 'A token is needed' },
  FORBIDDEN: { status: 403, exit: 1, title: 'Not allowed from there' },
  MISDIRECTED: { status: 421, exit: 1, title: 'This node does not answer to that host name' },
  TOO_MANY_REQUESTS: { status: 429, exit: 1, title: 'Too many requests' },
  // The thing is not there, or not in a state for it.
  NOT_FOUND: { status: 404, exit: 3, title: 'Not found' },
  NEWSLETTER_NOT_FOUND: { status: 404, exit: 3, title: 'No such newsletter on this node' },
  ISSUE_NOT_FOUND: { status: 404, exit: 3, title: 'No such issue on this node' },
  NOT_COMPLETE: { status: 409, exit: 4, title: 'The issue is not complete on this node yet' },
  AMBIGUOUS: { status: 409, exit: 4, title: 'More than one matches' },
  CONFLICT: { status: 409, exit: 4, title: 'It is already there' },
  NOT_WRITER: { status: 409, exit: 4, title: 'This node is not a writer of the newsletter' },
  BUNDLE_GAP: { status: 409, exit: 4, title: 'The bundle does not follow on what is here' },
  LOCKED: { status: 423, exit: 77, title: 'The keys of the newsletter are locked' },
  NO_MACHINE_KEY: { status: 423, exit: 2, title: 'The machine key that seals the keys is not here' },
  RETIRED: { status: 409, exit: 4, title: 'This device was retired as a writer' },
  BEHIND: { status: 409, exit: 4, title: 'This store is older than what was published from it' },
  // Peer data that breaks the format. Each stands beside the newsletter or issue that it spoils, and is shown there.
  BAD_FORMAT: { status: 422, exit: 5, title: 'The data does not have the shape that the format asks for' },
  BAD_SIGNATURE: { status: 422, exit: 5, title: 'The signature does not hold' },
  BAD_ROOT: { status: 422, exit: 5, title: 'The root chain breaks a rule' },
  BAD_HASH: { status: 422, exit: 5, title: 'The bytes do not have the hash that the manifest names' },
  BAD_ID: { status: 422, exit: 5, title: 'The ids do not agree' },
  BAD_POINTER: { status: 422, exit: 5, title: 'The drive points at bytes that can not be there' },
  UNKNOWN_WRITER: { status: 422, exit: 5, title: 'The root does not know the writer' },
  SEALED: { status: 422, exit: 5, title: 'Written after the root sealed its writer' },
  EXPIRED: { status: 422, exit: 5, title: 'Signed after its writer had expired' },
  BAD_BACKUP: { status: 422, exit: 5, title: 'The backup is damaged' },
  BAD_BUNDLE: { status: 422, exit: 5, title: 'The bundle is damaged' },
  OTHER_HISTORY: { status: 422, exit: 5, title: 'The writer has signed another history than the one that is here' },
  NOT_VERIFIED: { status: 422, exit: 5, title: 'Not verified' },
  // What lies in the home is not what was written there.
  DAMAGED: { status: 422, exit: 5, title: 'Something other than this program has changed it' },
  // The machine or the network.
  HOME_LOCKED: { status: 503, exit: 77, title: 'Another process is using this home folder' },
  HOME_UNSAFE: { status: 503, exit: 77, title: 'Other users of this machine could read this home folder' },
  NODE_UNREACHABLE: { status: 503, exit: 69, title: 'The node does not answer' },
  NOT_READY: { status: 503, exit: 69, title: 'The node is still starting' },
  NO_PEERS: { status: 504, exit: 75, title: 'Nobody who holds it was found in the time given' },
  TIMED_OUT: { status: 504, exit: 75, title: 'It took longer than the time given' },
  DISK_FULL: { status: 507, exit: 1, title: 'The disk is full' },
  INTERNAL: { status: 500, exit: 1, title: 'Something failed that should not' }
} as const satisfies Record<string, { status: number; exit: number; title: string }>

export type FailureCode = keyof typeof failures

/** A failure with a code from {@link failures}. `message` is for the person: what is wrong and what to do next. */
export class AppError extends Error {
  readonly code: FailureCode

  constructor (code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }

  get status (): number { return failures[this.code].status }
  get exitCode (): number { return failures[this.code].exit }
}

export function isAppError (error: unknown): error is AppError {
  return error instanceof AppError
}

/** The message of anything thrown. */
export function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
