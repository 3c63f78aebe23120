import type { RootSaying } from '../../shared/api/root.ts'
import { formatAddress } from '../../shared/format/address.ts'
import type { RootDocument, RootWriter } from '../../shared/format/root-chain.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import { says } from './root-sayings.ts'

/** Everything that a root document changes, so that nobody signs what they have not read. */
export function rootEffects (before: RootDocument, after: RootDocument): RootSaying[] {
  const known = new Map(before.writers.map(writer => [writer.id, writer]))
  return [
    ...after.writers.flatMap(writer => writerEffects(known.get(writer.id) ?? null, writer)),
    ...keyEffects(before, after),
    ...(before.state === after.state ? [] : [says(after.state)]),
    ...(before.successor === after.successor ? [] : [after.successor ? says('successor', { address: formatAddress(after.successor) }) : says('noSuccessor')])
  ]
}

function writerEffects (before: RootWriter | null, after: RootWriter): RootSaying[] {
  const writer = nameOf(after)
  const effects: RootSaying[] = []
  const until = after.expires ?? ''
  if (!before) effects.push(says('letsIn', { writer, key: keyIdText(after.signingKey), drive: after.drive, until }))
  else {
    if (before.name !== after.name) effects.push(says('renames', { writer: nameOf(before), name: after.name }))
    if (before.expires !== after.expires) effects.push(says('limits', { writer, until }))
  }
  return [...effects, ...sealEffects(writer, before?.sealed, after.sealed)]
}

function sealEffects (writer: string, before: RootWriter['sealed'], after: RootWriter['sealed']): RootSaying[] {
  if (!after) return []
  const { length: block, reason } = after
  if (!before) return [says('retires', { writer, reason, block })]
  return [
    ...(before.length === block ? [] : [says('movesSeal', { writer, before: before.length, block })]),
    ...(before.reason === reason ? [] : [says('givesReason', { writer, reason })])
  ]
}

function keyEffects (before: RootDocument, after: RootDocument): RootSaying[] {
  if (before.threshold === after.threshold && before.keys.join() === after.keys.join()) return []
  const added = after.keys.filter(key => !before.keys.includes(key)).map(keyIdText)
  const removed = before.keys.filter(key => !after.keys.includes(key)).map(keyIdText)
  return [
    ...(removed.length > 0 ? [says('takesKeys', { count: removed.length, keys: removed.join(', ') })] : []),
    ...(added.length > 0 ? [says('givesKeys', { count: added.length, keys: added.join(', ') })] : []),
    after.keys.length === 1 ? says('oneKey') : says('severalKeys', { threshold: after.threshold, keys: after.keys.length })
  ]
}

function nameOf ({ id, name }: RootWriter): string {
  return name ? `${id} "${name}"` : id
}
