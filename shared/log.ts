import { pino, type DestinationStream, type Logger } from 'pino'
import { withoutAddresses } from './without-addresses.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** What the rooms need of a log. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/**
 * Structured lines on stderr, so that stdout stays for data; secrets are cut out wherever they might be logged, and so is who
 * was met from where: whoever keeps the lines keeps no list of readers.
 */
export function createLog (level: LogLevel, destination: DestinationStream): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['req.headers.authorization', '*.token', '*.code', '*.words', '*.secretKey'], censor: '[secret]' }
  }, { write: line => destination.write(withoutAddresses(line)) })
}
