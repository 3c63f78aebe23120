/** Of a file that is changed, cut off, or gone; also one with blocks that lies where the disk can't be read any more. */
const DAMAGE = /corrupt|checksum|CRC mismatch|existing log file|magic number|While open a file|while stat a file|No such file|bad block|truncated|CURRENT file|MANIFEST|\.blob: .*(?:Input\/output error|cyclic redundancy|Data error)/i
/** What the machine is short of, or does not allow just now: told of the same files, which are as they were. As Linux, macOS and Windows say it. */
const PASSING = new RegExp([
  'No space left', 'quota exceeded', 'Too many open files', 'No file descriptors available', 'Cannot allocate memory', 'Out of memory', 'Not enough memory',
  'Permission denied', 'Operation not permitted', 'Access is denied', 'Read-only file system', 'temporarily unavailable', 'resource busy', 'used by another process',
  'Interrupted system call', 'Stale (?:NFS )?file handle', 'timed out', 'Host is down', 'not connected', 'No such device'
].join('|'), 'i')

/** As RocksDB says it, whose errors all have one code. */
export function isDamage (error: unknown): boolean {
  return DAMAGE.test(told(error)) && !isPassing(error)
}

/** Nothing says that what could not be read is not whole: it is read another time, and dropped for no such reason. */
export function isPassing (error: unknown): boolean {
  return PASSING.test(told(error))
}

/** Also of what somebody has made another error of; and never of another program's files. */
export function isDamageWithin (error: unknown): boolean {
  return error instanceof Error && (((error as NodeJS.ErrnoException).code === 'EIO' && isDamage(error)) || isDamageWithin(error.cause))
}

/** Where the store keeps what it needs itself, so that dropping a block does not help. */
export function isStoreDamage (error: unknown): boolean {
  return isDamage(error) && /\.sst|MANIFEST/.test((error as Error).message)
}

/** Ends the process, where nobody waits, over damage that only a new store mends: that takes a new start. */
export function failOnStoreDamage (error: unknown): void {
  if (isStoreDamage(error)) setImmediate(() => { throw error })
}

function told (error: unknown): string {
  return (error as { message?: string } | null)?.message ?? ''
}
