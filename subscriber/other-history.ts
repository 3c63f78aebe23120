import type { OtherHistory } from '../shared/api/newsletters.ts'
import type { RootWriter } from '../shared/format/root-chain.ts'
import type { DriveHistory, FoundHistory } from '../shared/network/histories/stored-history.ts'

/** What a reader is told of another history that a writer has signed; null: none is known. */
export function otherHistoryOf ({ id, name }: Pick<RootWriter, 'id' | 'name'>, sealed: boolean, history: DriveHistory | null): OtherHistory | null {
  const found = history?.others.find(({ bySeal }) => bySeal) ?? history?.others[0]
  if (!history || !found) return null
  const isWaiting = !sealed && history.choice !== 'keep' && history.choice !== 'take'
  return {
    foundAt: found.foundAt,
    kind: kindOf(found),
    choice: history.choice,
    isWaiting,
    reason: `${reasonOf(name || id, found)} ${isWaiting ? WAITING : sealed ? found.bySeal ? OTHERWISE : 'The root has sealed its drive since.' : 'What follows on the history that is here is taken.'}`
  }
}

const WAITING = 'What is here stays and can be read. What comes of this writer from now on waits until you decide, or the root seals its drive.'

const OTHERWISE = 'Nothing that is here of this writer counts; it can be looked into. Read on with the other one as soon as it is kept here: "colporteur writers history … --take".'

function kindOf ({ here, other, peer, bySeal }: FoundHistory): OtherHistory['kind'] {
  if (bySeal) return 'sealedOtherwise'
  if (peer === '') return 'changedHere'
  return other.fork === here.fork ? 'twoFaced' : 'takenBack'
}

function reasonOf (name: string, found: FoundHistory): string {
  const { core, here, other } = found
  const place = `block ${Math.min(here.length, other.length)} of its ${core === 'index' ? 'index' : 'files'}`
  switch (kindOf(found)) {
    case 'sealedOtherwise': return `The newsletter's root has sealed another history of the writer ${name} than the one that is here: they differ at ${place}.`
    case 'changedHere': return `The drive of the writer ${name} came again with another history than this node had seen before, at ${place}.`
    case 'twoFaced': return `The writer ${name} has signed two histories: at ${place} others have been shown another one than this node.`
    case 'takenBack': return `The writer ${name} has taken back what it published, and begun anew from ${place}.`
  }
}
