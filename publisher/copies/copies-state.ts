import type { CopiesState, CopiesTarget } from '../../shared/api/copies.ts'
import type { Copy, CopyCount } from '../../shared/network/receipts/copy-count.ts'
import { countCopies } from '../../shared/network/receipts/copy-count.ts'

export const DEFAULT_TARGET: CopiesTarget = { copies: 3, owners: 2 }

export interface StateFacts {
  copies: Copy[]
  count: CopyCount
  target: CopiesTarget
  wasSafe: boolean
  /** This node has just begun, or woken up: holders have had no chance yet to answer. */
  isCatchingUp: boolean
}

/** Nothing is called safe that this node has not checked itself within the audit period. */
export function copiesState ({ copies, count, target, wasSafe, isCatchingUp }: StateFacts): CopiesState {
  if (reaches(count, target)) return 'safe'
  if (wasSafe && !(isCatchingUp && reaches(countCopies(copies.map(asIfChecked)), target))) return 'atRisk'
  // While some are still fetching, it is not over.
  if (copies.some(isSpreading)) return 'spreading'
  return count.copies > 0 ? 'copies' : 'onlyHere'
}

export function reaches ({ copies, owners }: CopyCount, target: CopiesTarget): boolean {
  return copies >= target.copies && owners >= target.owners
}

/** A node that has a part, and against which nothing is known. */
export function isSpreading ({ isWhole, haveBlocks, standing }: Copy): boolean {
  return !isWhole && haveBlocks > 0 && ['good', 'unchecked', 'stale'].includes(standing)
}

/** What only has to be checked again, taken for what it was. */
function asIfChecked (copy: Copy): Copy {
  return { ...copy, isGood: copy.isGood || (copy.isWhole && copy.standing === 'stale') }
}

interface Sentence { state: CopiesState, count: CopyCount, target: CopiesTarget, claimed: number, spreadingPercent: number | null, spreadingNodes: number }

/** "7 complete, verified copies with 5 keepers. Safe to close this machine." */
export function copiesSentence ({ state, count, target, claimed, spreadingPercent, spreadingNodes }: Sentence): string {
  const held = count.copies === 0
    ? 'No complete copy elsewhere is known'
    : `${some(count.copies, 'complete, verified copy', 'complete, verified copies')}${count.keepers === 0 ? '' : `, ${count.keepers} of them with ${count.keepers === 1 ? 'a keeper' : 'keepers'}`}`
  const unchecked = claimed === 0 ? '' : ` ${some(claimed, 'more is', 'more are')} claimed and not checked.`
  switch (state) {
    case 'safe': return `${held}. Safe to close this machine.${unchecked}`
    case 'atRisk': return `${held}, and it had been enough: a promise has ended, or a holder has failed. ${wanted(count, target)}${unchecked}`
    case 'spreading': return `${held}. ${some(spreadingNodes, 'node has', 'nodes have')} begun to fetch it and ${spreadingNodes === 1 ? 'has' : 'have'} ${spreadingPercent} % of it. ${wanted(count, target)}${unchecked}`
    case 'copies': return `${held}. ${wanted(count, target)}${unchecked}`
    case 'onlyHere': return `Only here: keep this machine on until others have it. ${wanted(count, target)}${unchecked}`
  }
}

function wanted ({ copies, owners }: CopyCount, target: CopiesTarget): string {
  const missing = [
    ...(copies < target.copies ? [some(target.copies - copies, 'more copy', 'more copies')] : []),
    ...(owners < target.owners ? [some(target.owners - owners, 'more owner of a keeper', 'more owners of keepers')] : [])
  ]
  return missing.length === 0 ? '' : `To be safe it needs ${missing.join(' and ')}.`
}

function some (count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
