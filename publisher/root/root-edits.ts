import { AppError } from '../../shared/errors.ts'
import { type Address, parseAddress } from '../../shared/format/address.ts'
import type { RootDocument, RootWriter } from '../../shared/format/root-chain.ts'
import type { RootKeys } from '../../shared/format/root-keys.ts'

/** How root documents are changed. Each gives the members that differ. */

export type Seal = NonNullable<RootWriter['sealed']>
type Change = Partial<RootDocument>

/** The writer with an id. @throws AppError NOT_FOUND */
export function writerIn ({ writers }: RootDocument, id: string): RootWriter {
  const writer = writers.find(candidate => candidate.id === id)
  if (!writer) throw new AppError('NOT_FOUND', `There is no writer ${id}. There are ${writers.map(({ id }) => id).join(', ')}.`)
  return writer
}

/** @throws AppError CONFLICT when one is sealed there or earlier already */
export function withSeals (document: RootDocument, seals: Map<string, Seal>): Change {
  for (const id of seals.keys()) {
    const { sealed } = writerIn(document, id)
    if (sealed && sealed.length <= seals.get(id)!.length) throw new AppError('CONFLICT', `The writer ${id} was retired on ${sealed.at}, at block ${sealed.length}.`)
  }
  return { writers: document.writers.map(writer => seals.has(writer.id) ? { ...writer, sealed: seals.get(writer.id)! } : writer) }
}

/** A new writer at the end, with the next id. @throws AppError CONFLICT when its drive or key stands there already */
export function withWriter ({ writers }: Pick<RootDocument, 'writers'>, writer: Omit<RootWriter, 'id' | 'sealed'>): Change {
  const same = writers.find(({ drive, signingKey }) => drive === writer.drive || signingKey === writer.signingKey)
  if (same) throw new AppError('CONFLICT', `This writer is there already, as ${same.id}.`)
  return { writers: [...writers, { id: nextWriterId(writers), ...writer }] }
}

/** `expires`: null ends an expiry; undefined leaves it. */
export function withWriterChanged (document: RootDocument, id: string, { name, expires }: { name?: string, expires?: string | null }): Change {
  const { expires: before, ...writer } = writerIn(document, id)
  const until = expires === undefined ? before : expires === null ? undefined : momentOf(expires)
  const changed = { ...writer, ...(name !== undefined && { name }), ...(until && { expires: until }) }
  return { writers: document.writers.map(candidate => candidate.id === id ? changed : candidate) }
}

export function withKeys ({ keys, threshold }: RootKeys): Change {
  return { keys: [...keys].sort(), threshold }
}

/** @throws AppError BAD_ADDRESS, CONFLICT */
export function withSuccessor (address: Address, successor: string | null): Change {
  const next = successor === null ? null : parseAddress(successor).address
  if (next === address) throw new AppError('CONFLICT', 'A newsletter can not continue itself.')
  return { successor: next }
}

/** @throws AppError BAD_REQUEST */
export function momentOf (text: string): string {
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) throw new AppError('BAD_REQUEST', `${text} is not a time. Write it like 2027-12-31, or 2027-12-31T18:00:00Z.`)
  if (moment.getTime() <= Date.now()) throw new AppError('BAD_REQUEST', `${text} has passed already.`)
  return moment.toISOString()
}

function nextWriterId (writers: RootWriter[]): string {
  const numbers = writers.map(({ id }) => Number(/^w(\d+)$/.exec(id)?.[1] ?? 0))
  return `w${Math.max(0, ...numbers) + 1}`
}
