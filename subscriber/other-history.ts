import type { OtherHistory } from '../shared/api/newsletters.ts'
import type { RootWriter } from '../shared/format/root-chain.ts'
import type { DriveHistory, FoundHistory } from '../shared/network/histories/stored-history.ts'

/** What a reader is told of another history that a writer has signed; null: none is known. */
export function otherHistoryOf ({ id, name }: Pick<RootWriter, 'id' | 'name'>, sealed: boolean, history: DriveHistory | null): OtherHistory | null {
  const [found] = history?.others ?? []
  if (!history || !found) return null
  const isWaiting = !sealed && history.choice !== 'take'
  return {
    foundAt: found.foundAt,
    kind: kindOf(found),
    choice: history.choice,
    isWaiting,
    reason: `${reasonOf(name || id, found)} ${isWaiting ? WAITING : sealed ? 'The root has sealed its drive since.' : 'What follows on the history that is here is taken.'}`
  }
}

const WAITING = 'What is here stays and can be read. What comes of this writer from now on waits until you decide, or the root seals its drive.'

function kindOf ({ here, other, peer }: FoundHistory): OtherHistory['kind'] {
  if (peer === '') return 'changedHere'
  return other.fork === here.fork ? 'twoFaced' : 'takenBack'
}

function reasonOf (name: string, found: FoundHistory): string {
  const { core, here, other } = found
  const place = `block ${Math.min(here.length, other.length)} of its ${core === 'index' ? 'index' : 'files'}`
  switch (kindOf(found)) {
    case 'changedHere': return `The drive of the writer ${name} came again with another history than this node had seen before, at ${place}.`
    case 'twoFaced': return `The writer ${name} has signed two histories: at ${place} others have been shown another one than this node.`
    case 'takenBack': return `The writer ${name} has taken back what it published, and begun anew from ${place}.`
  }
}
