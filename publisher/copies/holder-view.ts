import type { Holder, HolderState } from '../../shared/api/copies.ts'
import type { Copy } from '../../shared/network/receipts/copy-count.ts'
import type { Standing } from '../../shared/network/receipts/held-receipt.ts'

const STATES: Record<Standing, HolderState> = {
  good: 'unchecked', // what it claims of this issue was not gone through yet
  unchecked: 'unchecked',
  stale: 'stale',
  wrong: 'wrong',
  missing: 'missing',
  unanswered: 'unanswered',
  history: 'otherHistory',
  clock: 'clock',
  expired: 'expired',
  withdrawn: 'withdrawn'
}

const REASONS: Partial<Record<HolderState, { code: string, reason: string }>> = {
  wrong: { code: 'BAD_HASH', reason: 'It answered a challenge with other bytes. It is not believed again before it has shown all that it claims.' },
  missing: { code: 'NOT_COMPLETE', reason: 'It claimed blocks that it does not have.' },
  unanswered: { code: 'TIMED_OUT', reason: 'It is connected, and does not answer challenges.' },
  otherHistory: { code: 'BAD_HASH', reason: 'What it holds is of another history of this drive than what was written here.' },
  clock: { code: 'EXPIRED', reason: 'Its receipt was signed later than now: its clock is ahead, or that of this machine is behind.' },
  expired: { code: 'EXPIRED', reason: 'Its promise has ended, or it has not renewed its receipt.' }
}

/** The holders of an issue, those that count first; of several on one machine one counts. */
export function holdersOf (copies: Copy[], sizeBytes: number): Holder[] {
  const machines = new Set<string>()
  const sorted = [...copies].sort((a, b) => order(a) - order(b) || (a.held.holder < b.held.holder ? -1 : 1))
  return sorted.map(copy => {
    const { machine } = copy.held.audit
    const isSecond = copy.isGood && machines.has(machine)
    if (copy.isGood) machines.add(machine)
    return holderOf(copy, isSecond ? 'sameMachine' : stateOf(copy), sizeBytes)
  })
}

function holderOf ({ held, haveBlocks, ofBlocks }: Copy, state: HolderState, sizeBytes: number): Holder {
  const { holder, heardMs, receipt: { keeper }, audit: { passedMs } } = held
  return {
    id: holder.slice(0, 16),
    kind: keeper ? 'keeper' : 'reader',
    name: keeper?.name ?? '',
    owner: keeper?.owner ?? '',
    until: keeper?.until ?? null,
    state,
    haveBytes: Math.floor(sizeBytes * haveBlocks / ofBlocks),
    checkedAt: passedMs === null ? null : new Date(passedMs).toISOString(),
    heardAt: new Date(heardMs).toISOString(),
    problem: REASONS[state] ?? null
  }
}

function stateOf ({ isGood, isWhole, standing }: Copy): HolderState {
  if (isGood) return 'counted'
  if (!isWhole && ['good', 'unchecked', 'stale'].includes(standing)) return 'partial'
  return STATES[standing]
}

function order ({ isGood, held }: Copy): number {
  return (isGood ? 0 : 2) + (held.receipt.keeper ? 0 : 1)
}
