import type { ReplaceableWriter } from '../../shared/api/restoring.ts'
import type { RootSaying } from '../../shared/api/root.ts'
import { AppError } from '../../shared/errors.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import type { Beacon } from '../../shared/format/beacon.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { OwnLibrary } from '../own-library.ts'
import { says } from '../root/root-sayings.ts'

/**
 * The writers of a newsletter that the root has not retired, with what is known of each.
 *
 * @param beacons what they have said of themselves
 * @param isOn whether the machine that said something is on
 */
export async function openWriters (
  { chain, dispute }: KnownRoot, library: OwnLibrary, beacons: Beacon[], isOn: (beacon: Beacon) => boolean
): Promise<ReplaceableWriter[]> {
  const open = chain.newest.writers.filter(({ id }) => effectiveSeal(id, chain, dispute) === null)
  return await Promise.all(open.map(async ({ id, name }) => {
    // One that has only just come is not followed yet.
    const { length, issues } = await library.seen(chain.address, id).catch(() => ({ length: 0, issues: 0 }))
    const beacon = beacons.find(({ writer }) => writer === id)
    return { id, name, length, issues, said: beacon ? { length: beacon.index.length, at: beacon.at } : null, isOn: beacon !== undefined && isOn(beacon) }
  }))
}

/**
 * The writers in whose place a restored device comes.
 *
 * @param wanted ids; null: not said
 * @throws AppError AMBIGUOUS when there are several and none was named, NOT_FOUND
 */
export function lostWriters (writers: ReplaceableWriter[], wanted: string[] | null): ReplaceableWriter[] {
  if (wanted === null && writers.length > 1) {
    throw new AppError('AMBIGUOUS', `There are ${writers.length} writers, and others may be at work: ${writers.map(inWords).join(', ')}. Say which of them is lost ("--in-place-of w1"); of the others nothing changes.`)
  }
  return (wanted ?? writers.map(({ id }) => id)).map(id => {
    const writer = writers.find(candidate => candidate.id === id)
    if (!writer) throw new AppError('NOT_FOUND', `There is no writer ${id} who could be replaced. There ${writers.length === 1 ? 'is' : 'are'} ${writers.map(inWords).join(', ') || 'none: say so'}.`)
    return writer
  })
}

/**
 * What would be lost for ever, or go on in two places, if a lost writer were sealed now.
 *
 * @throws AppError CONFLICT when its machine is on, NOT_COMPLETE when it published more than is known here
 */
export function checkLost (writer: ReplaceableWriter): void {
  const name = inWords(writer)
  const { said, length, isOn } = writer
  if (isOn) {
    throw new AppError('CONFLICT', `The machine of the writer ${name} is on: it said so, signed, at ${said!.at}. If it is yours, write there, or invite this device from there ("colporteur writers invite"). If it is in other hands, say --anyway --reason stolen.`)
  }
  if (length === 0) throw new AppError('NOT_COMPLETE', `Nothing of what the writer ${name} published is here yet, and nobody who has it is connected. Sealed now, all of it would be lost.`)
  if (said && said.length > length) {
    throw new AppError('NOT_COMPLETE', `The writer ${name} said, signed, at ${said.at} that it had published ${said.length} blocks, and ${length} of them are known to whoever is connected. Sealed now, the rest would be lost. Wait for somebody who has it, or say --anyway.`)
  }
}

/** What a seal rests on besides what is here and what peers tell. */
export function wordOf ({ id, said }: ReplaceableWriter): RootSaying {
  return said ? says('writerSaid', { writer: id, at: said.at, blocks: said.length }) : says('writerSilent', { writer: id })
}

function inWords ({ id, name, issues }: ReplaceableWriter): string {
  return `${id} "${name}" (${issues === 1 ? '1 issue' : `${issues} issues`})`
}
