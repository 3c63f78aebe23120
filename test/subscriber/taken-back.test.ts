import t from 'tap'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { SignedHistory } from '../../shared/format/history.ts'
import { manifestPath } from '../../shared/format/paths.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import { DriveMemory } from '../../subscriber/following/drive-memory.ts'
import { isTakenBack, type TakenBack, takenBackOf } from '../../subscriber/following/taken-back.ts'
import { countTurns } from '../support/count-turns.ts'
import { rawEntry } from '../support/raw-index.ts'
import { idOf } from '../support/two-histories.ts'

/** A history of the issues with these ids, one in each block after the first; a word behind an id makes it another revision. */
function historyOf (fork: number, issues: string[]): SignedHistory {
  const blockOf = (issue: string): Uint8Array => rawEntry(manifestPath(issue.split(' ')[0]!), { blob: null, metadata: { manifest: issue, signature: '' } })
  return { fork, blocks: [Buffer.from('header'), ...issues.map(blockOf)] } as SignedHistory
}

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(idOf) as [string, string, string, string]

interface Stage {
  here: SignedHistory
  kept: SignedHistory[]
  heldAt: number
  /** Empty: the store has come again with another history. */
  peer?: string
}

function stage ({ here, kept, heldAt, peer = 'ab' }: Stage): { parts: { histories: Histories, newsletter: string, reader: DriveReader }, history: DriveHistory } {
  const headOf = ({ fork, blocks: { length } }: SignedHistory): DriveHistory['seen']['index'] => ({ fork, length, treeHash: `${fork}${length}` })
  const histories = {
    here: async () => here,
    kept: { of: async () => kept.map(history => ({ head: headOf(history), history })) },
    follow: async () => {},
    unfollow: async () => {},
    of: async () => history
  }
  const blocks = here.blocks.length
  const reader = { key: 'drive', wholeIndex: blocks, heads: { index: blocks }, on: () => {}, withCores: async (work: (cores: object) => unknown) => await work({ index: { fork: here.fork } }) }
  const history: DriveHistory = {
    seen: { index: { fork: 0, length: blocks, treeHash: '' }, blobs: null },
    others: kept.map(other => ({ foundAt: '', core: 'index', here: { ...headOf(here), fork: 0 }, other: headOf(other), signed: null, peer })),
    heldAt,
    choice: 'keep'
  }
  return { parts: { histories: histories as unknown as Histories, newsletter: 'n', reader: reader as unknown as DriveReader }, history }
}

/** Which of the issues of the history that is here are taken back. */
function idsOf (issues: string[], takenBack: TakenBack | null): string[] {
  return issues.filter((issue, i) => isTakenBack({ id: issue.split(' ')[0]!, seq: i + 1 }, takenBack))
}

t.test('what a writer published on the history that is here, after another was found, is not taken back', async t => {
  const issues = [a, b, d]
  const here = historyOf(0, issues)
  const { parts, history } = stage({ here, kept: [historyOf(1, [a, c])], heldAt: 3 })
  t.same(idsOf(issues, await takenBackOf(parts, history)), [b])
})

t.test('an issue that stands before the cut as it is here, or is published again as it was, is not taken back', async t => {
  const issues = [a, `${b} first`, a, b, `${c} other`]
  const here = historyOf(0, issues)
  const { parts, history } = stage({ here, kept: [historyOf(1, [a, `${b} first`, d, c])], heldAt: 6 })
  t.same(idsOf(issues, await takenBackOf(parts, history)), [b, `${c} other`])
  const again = stage({ here, kept: [historyOf(1, [a, `${b} first`, d, b])], heldAt: 6 })
  t.same(idsOf(issues, await takenBackOf(again.parts, again.history)), [`${c} other`])
})

t.test('where the store has come again with the newer history, nothing of that is taken back', async t => {
  const here = historyOf(1, [a, c, d])
  const { parts, history } = stage({ here, kept: [], heldAt: 4, peer: '' })
  const found = { foundAt: '', core: 'index' as const, here: { fork: 0, length: 2, treeHash: '00' }, other: { fork: 1, length: 2, treeHash: '01' }, signed: null }
  t.equal(await takenBackOf(parts, { ...history, others: [{ ...found, peer: '' }] }), null)
  t.equal(await takenBackOf(parts, { ...history, others: [{ ...found, peer: 'ab' }] }), null, 'also when a peer had shown it before')
})

t.test('of several histories of the newest fork that are kept the longest counts', async t => {
  const issues = [a, b, c]
  const here = historyOf(0, issues)
  const kept = [historyOf(1, [a]), historyOf(2, [a, d]), historyOf(2, [a, d, b]), historyOf(1, [a, b, c, d])]
  const { parts, history } = stage({ here, kept, heldAt: 4 })
  t.same(idsOf(issues, await takenBackOf(parts, history)), [c])
})

t.test('while two large histories are compared, everything else has its turn', async t => {
  const many = (first: string): string[] => Array.from({ length: 10_000 }, (_, i) => idOf('a').slice(0, -6) + first + String(i).padStart(5, '0'))
  const here = historyOf(0, many('a'))
  const { parts, history } = stage({ here, kept: [historyOf(1, many('b'))], heldAt: 10_001 })
  const { result, turns } = await countTurns(async () => await takenBackOf(parts, history))
  t.match(result, { from: 1, to: 10_001 })
  t.ok(turns > 300, `${turns} turns`)
})

interface MemoryStage {
  memory: DriveMemory
  /** As when another history is found, or is kept whole. */
  found: (history: DriveHistory) => void
  told: string[]
  damaged: () => number
}

function stageMemory ({ parts, history }: ReturnType<typeof stage>, known: DriveHistory | null = history): MemoryStage {
  const { histories } = parts
  const told: string[] = []
  let [onFound, damaged] = [(_history: DriveHistory): void => {}, 0]
  Object.assign(histories, {
    of: async () => known,
    follow: async (_address: string, _reader: DriveReader, onChanged: typeof onFound) => { onFound = onChanged }
  })
  const memory = new DriveMemory({
    ...parts,
    writer: { id: 'w1' },
    library: { issuesBehind: async (_newsletter, _writer, seq) => [{ id: a, seq: 1 }, { id: b, seq: 2 }].filter(issue => issue.seq >= seq) },
    onChanged: () => {},
    onTakenBack: id => { told.push(id) },
    onDamaged: () => { damaged++ }
  })
  return { memory, found: history => onFound(history), told, damaged: () => damaged }
}

t.test('a block of the index that can not be read keeps no drive from being opened, is told, and is looked at again', async t => {
  const here = historyOf(0, [a, b])
  const staged = stage({ here, kept: [historyOf(1, [a, c])], heldAt: 3 })
  const { histories } = staged.parts
  histories.here = async () => { throw new Error('Corruption: CRC mismatch in /home/db/000010.blob') }
  const { memory, told, damaged } = stageMemory(staged)
  await memory.open()
  t.equal(damaged(), 1)
  t.notOk(memory.isTakenBack({ id: b, seq: 2 }))
  histories.here = async () => here
  memory.lookAgain()
  await memory.close()
  t.ok(memory.isTakenBack({ id: b, seq: 2 }))
  t.same(told, [b], 'who shows it hears of it')
})

t.test('histories of a drive are compared one after the other, the newest last', async t => {
  const here = historyOf(0, [a, b])
  const staged = stage({ here, kept: [historyOf(1, [a, c])], heldAt: 3 })
  const { histories } = staged.parts
  const waiting: (() => void)[] = []
  let [atOnce, most, kept] = [0, 0, [historyOf(1, [a, c])]]
  histories.here = async () => {
    most = Math.max(most, ++atOnce)
    await new Promise<void>(resolve => { waiting.push(resolve) })
    atOnce--
    return here
  }
  histories.kept.of = async () => kept.map(history => ({ head: { fork: 1, length: history.blocks.length, treeHash: '' }, history }))
  const { memory, found, told } = stageMemory(staged, null)
  await memory.open()
  const turn = async (): Promise<void> => { await countTurns(async () => { for (let i = 0; i < 10; i++) await Promise.resolve() }) }
  found(staged.history)
  await turn()
  kept = [historyOf(1, [a, c, b])]
  found(staged.history)
  await turn()
  // The last that was asked is the first that ends.
  while (waiting.length > 0) {
    waiting.pop()!()
    await turn()
  }
  await memory.close()
  t.equal(most, 1)
  t.notOk(memory.isTakenBack({ id: b, seq: 2 }), 'by now it stands there again')
  t.same(told, [b, b], 'it came, and went')
})
