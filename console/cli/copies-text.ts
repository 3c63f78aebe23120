import type { Holder, IssueCopies } from '../../shared/api/copies.ts'
import { bytesInWords } from './progress-text.ts'
import { safeText } from './safe-text.ts'

/** "Safe to close" */
export function copiesInWords ({ state, copies }: Pick<IssueCopies, 'state' | 'copies'>): string {
  switch (state) {
    case 'onlyHere': return 'Only here'
    case 'spreading': return 'Spreading'
    case 'copies': return copies === 1 ? '1 copy' : `${copies} copies`
    case 'safe': return 'Safe to close'
    case 'atRisk': return 'At risk'
  }
}

const HOLDER_STATES: Record<Holder['state'], string> = {
  counted: 'counted',
  partial: 'has a part',
  unchecked: 'claimed, not checked',
  stale: 'not checked lately',
  sameMachine: 'same machine, counted once',
  wrong: 'answered wrong',
  missing: 'lacks what it claims',
  unanswered: 'does not answer',
  otherHistory: 'another history',
  clock: 'its clock is ahead',
  expired: 'promise ended',
  withdrawn: 'holds nothing any more'
}

/** A row of the list of holders: state, who, owner, until, when it was checked, how much it has. */
export function holderRow ({ id, kind, name, owner, until, state, haveBytes, checkedAt }: Holder): string[] {
  const who = kind === 'reader' ? 'a reader' : safeText(name) || `keeper ${id.slice(0, 8)}`
  return [
    HOLDER_STATES[state],
    who,
    kind === 'reader' ? '' : safeText(owner) || '(owner not said)',
    kind === 'reader' ? 'promises nothing' : until === null ? 'without an end' : `until ${until.slice(0, 10)}`,
    checkedAt === null ? 'never checked' : `checked ${checkedAt.slice(0, 16).replace('T', ' ')}`,
    bytesInWords(haveBytes)
  ]
}
