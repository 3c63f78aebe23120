import { formatAddress } from '../../shared/format/address.ts'
import type { RootDocument, RootWriter } from '../../shared/format/root-chain.ts'
import { keyIdText } from '../../shared/format/signature.ts'

/** Everything that a root document changes, in words, so that nobody signs what they have not read. */
export function rootEffects (before: RootDocument, after: RootDocument): string[] {
  const known = new Map(before.writers.map(writer => [writer.id, writer]))
  return [
    ...after.writers.flatMap(writer => writerEffects(known.get(writer.id) ?? null, writer)),
    ...keyEffects(before, after),
    ...(before.state === after.state ? [] : [STATES[after.state]]),
    ...(before.successor === after.successor ? [] : [after.successor
      ? `Names another newsletter as the one that continues this: ${formatAddress(after.successor)}. Readers are led there.`
      : 'Names no newsletter any more that continues this one.'])
  ]
}

const STATES: Record<RootDocument['state'], string> = {
  active: 'Says that the newsletter is active.',
  resting: 'Says that the newsletter rests: readers need not wait for issues.',
  ended: 'Ends the newsletter: nobody can publish in it any more.'
}

function writerEffects (before: RootWriter | null, after: RootWriter): string[] {
  const name = nameOf(after)
  const effects = []
  if (!before) {
    effects.push(`Lets a new writer publish: ${name}, signing with key ${keyIdText(after.signingKey)} on the drive ${after.drive}, ${after.expires ? `until ${after.expires}` : 'without an end'}.`)
  } else {
    if (before.name !== after.name) effects.push(`Calls the writer ${nameOf(before)} from now on "${after.name}".`)
    if (before.expires !== after.expires) effects.push(after.expires ? `Lets the writer ${name} publish until ${after.expires}.` : `Lets the writer ${name} publish without an end.`)
  }
  const { sealed } = after
  if (sealed && before?.sealed?.length !== sealed.length) {
    effects.push(before?.sealed
      ? `Moves the seal of the writer ${name} back from block ${before.sealed.length} of its drive to block ${sealed.length}.`
      : `Retires the writer ${name} (${sealed.reason}): every reader refuses what its drive holds from block ${sealed.length} on, whenever it was made. This can never be taken back.`)
  }
  return effects
}

function keyEffects (before: RootDocument, after: RootDocument): string[] {
  if (before.threshold === after.threshold && before.keys.join() === after.keys.join()) return []
  const added = after.keys.filter(key => !before.keys.includes(key)).map(keyIdText)
  const removed = before.keys.filter(key => !after.keys.includes(key)).map(keyIdText)
  return [
    ...(removed.length > 0 ? [`Takes from the root ${named(removed)}: the words that give ${removed.length === 1 ? 'it' : 'them'} are worth nothing from then on.`] : []),
    ...(added.length > 0 ? [`Gives the root ${named(added)}.`] : []),
    after.keys.length === 1 ? 'One key speaks for the newsletter from then on.' : `From then on ${after.threshold} of ${after.keys.length} keys have to sign whatever changes the root.`
  ]
}

function named (keys: string[]): string {
  return keys.length === 1 ? `the key ${keys[0]}` : `the keys ${keys.join(', ')}`
}

function nameOf ({ id, name }: RootWriter): string {
  return name ? `${id} "${name}"` : id
}
