import compact, { type State } from 'compact-encoding'
import { AppError } from '../errors.ts'

/** Reading and writing of messages in compact-encoding, where every length is checked before it is believed. */

export interface Writer { uint (value: number): void, fixed (bytes: Uint8Array): void, bytes (bytes: Uint8Array): void, text (text: string): void }
export interface Reader {
  uint (maximum: number): number
  /** Exactly `length` bytes. */
  fixed (length: number): Uint8Array
  bytes (maximum: number): Uint8Array
  text (maximum: number): string
  list<T> (maximum: number, read: () => T): T[]
}

export function write (fill: (writer: Writer) => void): Uint8Array {
  const steps: ((state: State) => void)[] = []
  const state = compact.state()
  const add = <T>(encoding: { preencode (state: State, value: T): void, encode (state: State, value: T): void }, value: T): void => {
    encoding.preencode(state, value)
    steps.push(state => encoding.encode(state, value))
  }
  fill({
    uint: value => add(compact.uint, value),
    fixed: bytes => add(compact.raw, bytes),
    bytes: bytes => add(compact.uint8array, bytes),
    text: text => add(compact.uint8array, new TextEncoder().encode(text))
  })
  state.buffer = new Uint8Array(state.end) as State['buffer']
  for (const step of steps) step(state)
  return state.buffer!
}

/** @throws AppError BAD_FORMAT when anything is out of bounds, cut off, or left over */
export function read<T> (message: Uint8Array, name: string, take: (reader: Reader) => T): T {
  const state: State = { start: 0, end: message.length, buffer: message as State['buffer'] }
  const bad = (what: string): never => { throw new AppError('BAD_FORMAT', `${name}: ${what}.`) }
  const number = (maximum: number): number => {
    let value
    try {
      value = compact.uint.decode(state)
    } catch {
      return bad('a number is cut off')
    }
    return Number.isSafeInteger(value) && value <= maximum ? value : bad(`${value} where at most ${maximum} is allowed`)
  }
  const fixed = (length: number): Uint8Array => {
    if (state.end - state.start < length) return bad('it is cut off')
    state.start += length
    return message.slice(state.start - length, state.start)
  }
  const bytes = (maximum: number): Uint8Array => fixed(number(maximum))
  const result = take({
    uint: number,
    fixed,
    bytes,
    text: maximum => new TextDecoder().decode(bytes(maximum)),
    list: (maximum, item) => Array.from({ length: number(maximum) }, item)
  })
  if (state.start !== state.end) bad('there is more than there should be')
  return result
}
