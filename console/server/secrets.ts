import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const MINUTE_MS = 60_000
const CODE_MS = 10 * MINUTE_MS
const SESSION_MS = 90 * 24 * 60 * MINUTE_MS
/** Long enough to read an issue that lies open, short enough for an address that stays in a history. */
const PASS_MS = 12 * 60 * MINUTE_MS
const CODES = 100

export type Caller = 'program' | 'session'

/**
 * The three things that open this node. The program token never leaves the machine's user; the console gets a session
 * token for a one-time code; the page of an issue, which is kept apart from the console, gets a pass for that issue alone.
 * Sessions and passes are signed with keys made from the program token: they outlive a restart, and end with that token.
 */
export class Secrets {
  #programToken: string
  #sessionKey: Buffer
  #passKey: Buffer
  #now: () => number
  /** Hash of the code, and when it expires (ms). Hashed, so that looking it up tells nothing by its time. */
  #codes = new Map<string, number>()

  constructor ({ programToken, now = Date.now }: { programToken: string, now?: () => number }) {
    this.#programToken = programToken
    this.#sessionKey = hmac(programToken, 'colporteur session key 1')
    this.#passKey = hmac(programToken, 'colporteur pass key 1')
    this.#now = now
  }

  /** A code that {@link exchangeCode} takes once, within ten minutes. When too many wait, the oldest is forgotten. */
  createCode (): string {
    const code = randomBytes(32).toString('base64url')
    this.#forgetExpiredCodes()
    if (this.#codes.size >= CODES) this.#codes.delete(this.#codes.keys().next().value!)
    this.#codes.set(hashOf(code), this.#now() + CODE_MS)
    return code
  }

  /** A session token, good for 90 days; null when the code is unknown, too old or used. */
  exchangeCode (code: string): string | null {
    this.#forgetExpiredCodes()
    if (!this.#codes.delete(hashOf(code))) return null
    const session = `${this.#now() + SESSION_MS}.${randomBytes(16).toString('base64url')}`
    return `${session}.${hmac(this.#sessionKey, session).toString('base64url')}`
  }

  /** Whose token it is; null when it opens nothing. */
  checkToken (token: string): Caller | null {
    if (equal(token, this.#programToken)) return 'program'
    const [expiry = '', random = ''] = token.split('.', 2)
    const right = hmac(this.#sessionKey, `${expiry}.${random}`).toString('base64url')
    const holds = equal(token, `${expiry}.${random}.${right}`)
    return holds && Number(expiry) > this.#now() ? 'session' : null
  }

  /** Opens the page and the files of one issue or draft, for 12 hours. Holds only characters that an address needs no escapes for. */
  createPass (ref: string): string {
    return this.#pass(ref, String(this.#now() + PASS_MS))
  }

  checkPass (ref: string, pass: string): boolean {
    const [expiry = ''] = pass.split('.', 1)
    return equal(pass, this.#pass(ref, expiry)) && Number(expiry) > this.#now()
  }

  /** Opens a feed with all that it shows, for as long as the program token holds: programs that read feeds keep its address for years. */
  createFeedPass (feed: string): string {
    return hmac(this.#passKey, `feed\n${feed}`).toString('base64url')
  }

  checkFeedPass (feed: string, pass: string): boolean {
    return equal(pass, this.createFeedPass(feed))
  }

  #pass (ref: string, expiry: string): string {
    return `${expiry}.${hmac(this.#passKey, `${expiry}\n${ref}`).toString('base64url')}`
  }

  #forgetExpiredCodes (): void {
    for (const [hash, expiry] of this.#codes) if (expiry <= this.#now()) this.#codes.delete(hash)
  }
}

function hmac (key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function hashOf (text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** Takes as long for every difference, whatever the lengths. */
function equal (a: string, b: string): boolean {
  const key = randomBytes(32)
  return timingSafeEqual(hmac(key, a), hmac(key, b))
}
