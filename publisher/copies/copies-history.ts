import { appendFile, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { type BlockRanges, covers, difference, rangesOf } from '../../shared/format/block-ranges.ts'
import type { IssuePieces } from '../../shared/network/receipts/held-receipt.ts'

/** A longer file is shortened: its first half becomes one line for each holder. */
const MOST_BYTES = 8 * 1024 * 1024

const Ranges = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))
/** A holder's copy of a drive became larger or smaller, as far as it counts. */
const Change = Type.Object({
  at: Type.String(),
  holder: Type.String(),
  machine: Type.String(),
  keeper: Type.Boolean(),
  drive: Type.String(),
  /** Index length that counts. */
  index: Type.Integer(),
  added: Ranges,
  removed: Ranges
})
type Change = Static<typeof Change>

/** What counts of a holder's copy of a drive. */
export interface Counted { holder: string, machine: string, keeper: boolean, drive: string, index: number, blocks: BlockRanges }

export interface HistoryPoint { at: string, copies: number, keepers: number }

/** How the copies of a newsletter went over time: a line for each change, from which any issue's course can be told. */
export class CopiesHistory {
  #file: string
  #now = new Map<string, Counted>()
  #writing: Promise<void> = Promise.resolve()

  private constructor (file: string) {
    this.#file = file
  }

  static async open (file: string): Promise<CopiesHistory> {
    const history = new CopiesHistory(file)
    const changes = await history.#read()
    for (const change of changes) apply(history.#now, change)
    const size = await stat(file).then(({ size }) => size, () => 0) // no file: nothing yet
    if (size > MOST_BYTES) await history.#shorten(changes)
    return history
  }

  async close (): Promise<void> {
    await this.#writing
  }

  /** Notes what has changed since the last call. */
  note (counted: Counted[]): void {
    const at = new Date().toISOString()
    const there = new Set(counted.map(keyOf))
    const gone = [...this.#now.values()].filter(before => !there.has(keyOf(before)))
    const changes = [...counted, ...gone.map(before => ({ ...before, index: 0, blocks: [] }))].map(now => changeTo(now, this.#now.get(keyOf(now)), at))
    const news = changes.filter(change => change !== null)
    if (news.length === 0) return
    for (const change of news) apply(this.#now, change)
    this.#write(news)
  }

  /** Every change of the number of copies of one issue, oldest first. */
  async of (pieces: IssuePieces): Promise<HistoryPoint[]> {
    await this.#writing
    const holders = new Map<string, Counted>()
    const points: HistoryPoint[] = []
    for (const change of await this.#read()) {
      if (change.drive !== pieces.drive) continue
      apply(holders, change)
      const whole = [...holders.values()].filter(({ index, blocks }) => pieces.seq < index && pieces.runs.every(([start, end]) => covers(blocks, start, end)))
      const machines = new Set(whole.map(({ machine }) => machine)).size
      const keepers = new Set(whole.filter(({ keeper }) => keeper).map(({ machine }) => machine)).size
      const last = points.at(-1)
      if (machines !== (last?.copies ?? 0) || keepers !== (last?.keepers ?? 0)) points.push({ at: change.at, copies: machines, keepers })
    }
    return points
  }

  async #read (): Promise<Change[]> {
    const content = await readIfThere(this.#file)
    const lines = content ? content.toString('utf8').split('\n') : []
    // The last line may have been cut off by a kill; any other that can't be read is one change less.
    return lines.flatMap(line => {
      const change = parse(line)
      return Value.Check(Change, change) ? [change] : []
    })
  }

  #write (changes: Change[]): void {
    const text = changes.map(change => JSON.stringify(change) + '\n').join('')
    this.#writing = this.#writing.then(async () => {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
      await appendFile(this.#file, text, { mode: 0o600 })
    }).catch(() => {}) // a full disk costs a piece of the chart, and nothing else
  }

  async #shorten (changes: Change[]): Promise<void> {
    const half = Math.floor(changes.length / 2)
    const then = new Map<string, Counted>()
    for (const change of changes.slice(0, half)) apply(then, change)
    const first = [...then.values()].map(counted => changeTo(counted, undefined, changes[half]!.at)).filter(change => change !== null)
    await writeDurably(this.#file, [...first, ...changes.slice(half)].map(change => JSON.stringify(change) + '\n').join(''))
  }
}

function keyOf ({ holder, drive }: { holder: string, drive: string }): string {
  return holder + drive
}

function changeTo ({ blocks, ...now }: Counted, before: Counted | undefined, at: string): Change | null {
  const [added, removed] = [difference(blocks, before?.blocks ?? []), difference(before?.blocks ?? [], blocks)]
  if (added.length === 0 && removed.length === 0 && now.index === (before?.index ?? 0) && now.machine === (before?.machine ?? now.machine)) return null
  return { at, ...now, added, removed }
}

function apply (state: Map<string, Counted>, { at: _at, added, removed, ...now }: Change): void {
  const before = state.get(keyOf(now))?.blocks ?? []
  const blocks = rangesOf([...difference(before, removed), ...added])
  // Who holds nothing any more is as one who never did.
  if (now.index === 0 && blocks.length === 0) state.delete(keyOf(now))
  else state.set(keyOf(now), { ...now, blocks })
}

function parse (line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null // half a line
  }
}
