/** As RocksDB says it, whose errors all have one code: of a file that is changed, cut off, or gone. */
export function isDamage (error: unknown): boolean {
  const { message = '' } = error as { message?: string }
  if (/No space left/.test(message)) return false // told of the same files
  return /corrupt|checksum|CRC mismatch|existing log file|magic number|While open a file|while stat a file|No such file|bad block|truncated|CURRENT file|MANIFEST/i.test(message)
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
