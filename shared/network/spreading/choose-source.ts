/** A connected node, as far as it matters for one block. */
export interface Source {
  /** It has the block. */
  has: boolean
  /** It will have it soon, by its own word. */
  takes: boolean
  isWriter: boolean
  /** It has all there is. Who has not fetches what others have, and what it has it has for all. */
  isComplete: boolean
  /** Before this node in the order of those who fetch this block; see weight.ts. */
  isBefore: boolean
  /** More may be asked of it. */
  hasRoom: boolean
  /** Blocks that were asked of it and have not come. */
  asked: number
}

/**
 * `ask`: of whom. `take`: it is this node's to fetch it from who has everything, at once (`ask`) or as soon as there is room.
 * Neither: somebody else is going to, or nobody has it.
 */
export interface Choice<S> { ask: S | null, takes: boolean }

const NOBODY = { ask: null, takes: false }

/**
 * Of whom to ask for a block. First of those who fetch, too: asking them costs nobody twice. Those who only give, and the
 * writer after all others, are asked by one node for all, the first in the block's order, which then passes it on.
 *
 * @param rank of this node in that order
 * @param taking this node has said that it takes it
 * @param overdue those before this node have had their time
 */
export function chooseSource<S extends Source> (sources: S[], { rank, taking, overdue }: { rank: number, taking: boolean, overdue: boolean }): Choice<S> {
  const fetching = sources.filter(source => source.has && !source.isComplete && !source.isWriter)
  if (fetching.length > 0) return { ask: leastAsked(fetching), takes: false }
  const taken = sources.filter(source => source.takes && !source.has && (!taking || source.isBefore))
  if (taken.length > 0) return { ask: leastAsked(taken), takes: false }
  const giving = sources.filter(source => source.has && !source.isWriter)
  const holders = giving.length > 0 ? giving : sources.filter(source => source.has)
  if (holders.length === 0) return NOBODY
  if (rank < holders.length || taking || overdue) return { ask: leastAsked(holders), takes: true }
  return NOBODY
}

/** Null when none has room. */
function leastAsked<S extends Source> (sources: S[]): S | null {
  let least: S | null = null
  for (const source of sources) if (source.hasRoom && (!least || source.asked < least.asked)) least = source
  return least
}
