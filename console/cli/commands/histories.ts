import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ComparedIssue, HistoryDecision, HistoryIssue, KeptHistory, WriterHistory } from '../../../shared/api/writers.ts'
import { AppError } from '../../../shared/errors.ts'
import { decodeHistory, type SignedHistory } from '../../../shared/format/history.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

interface HistoryOptions extends CommonOptions { keep?: boolean, take?: string | boolean, refuse?: boolean, export?: string }

/** Commands about writers who have signed more than one history. */
export function addHistories (group: Command, context: Context): void {
  addCommand(group, {
    usage: 'history <newsletter> <writer>',
    summary: 'what is remembered of a writer, who may have signed another history, with the issues of both; decides about it',
    examples: [
      ['colporteur writers history "The Long Road" w1', 'what this node saw, what others were shown, and which issues differ'],
      ['colporteur writers history "The Long Road" w1 --export ./both', 'both as files, which anybody can check'],
      ['colporteur writers history "The Long Road" w1 --keep', 'go on with the history that is here'],
      ['colporteur writers history "The Long Road" w1 --take', 'read on with the other one; the one that is here is kept to be looked into'],
      ['colporteur writers history "The Long Road" w1 --refuse', 'take nothing more of this writer']
    ]
  })
    .option('--keep', 'take what follows on the history that is here')
    .option('--take [tree-hash]', 'read on with the other history; its tree hash, where several are kept')
    .option('--refuse', 'take nothing more of this writer; what is here stays')
    .option('--export <folder>', 'write the histories into a new folder')
    .action(async (newsletter: string, writer: string, options: HistoryOptions) => await history(context, newsletter, writer, options))
  addCommand(group, {
    usage: 'compare <file> <file>',
    summary: 'check the signatures of two exported histories, and say where they part; needs no node',
    examples: [['colporteur writers compare both/here.history both/other-1.history', 'what proves that a writer has signed two histories']]
  }).action(async (file: string, otherFile: string, options: CommonOptions) => await compare(context, [file, otherFile], options))
}

async function history (context: Context, newsletter: string, writer: string, { export: folder, ...options }: HistoryOptions): Promise<void> {
  const params = { newsletter, writer }
  if (folder !== undefined) {
    const exported = await withNode(context, options, false, ({ client }) => client.exportWriterHistories({ params, body: { path: resolve(folder) } }))
    context.print(options.json ? JSON.stringify(exported) : exported.path)
    if (!options.quiet && !options.json) context.say('HOW-TO-VERIFY.txt in it tells how to check them.')
    return
  }
  const decision = decisionOf(options)
  const known = await withNode(context, options, false, async ({ client }) => decision
    ? await client.decideWriterHistory({ params, body: decision })
    : await client.getWriterHistory({ params }))
  context.print(options.json ? JSON.stringify(known) : historyInWords(known))
}

function decisionOf ({ keep, take, refuse }: HistoryOptions): { choice: HistoryDecision, treeHash?: string } | null {
  const decisions = [...keep ? ['keep' as const] : [], ...take ? ['take' as const] : [], ...refuse ? ['refuse' as const] : []]
  if (decisions.length > 1) throw new AppError('BAD_REQUEST', 'Decide for one: --keep, --take or --refuse.')
  const [choice] = decisions
  return choice ? { choice, ...(typeof take === 'string' && { treeHash: take }) } : null
}

function historyInWords ({ writer: { id, name, otherHistory }, seen, others, kept }: WriterHistory): string {
  const head = (core: string, { fork, length, treeHash }: { fork: number, length: number, treeHash: string }): string[] =>
    [core, `${length} blocks, fork ${fork}`, `tree hash ${treeHash}`]
  const rows = [
    ['writer', `${id} ${safeText(name)}`, ''],
    ...seen ? [head('seen: index', seen.index), ...seen.blobs ? [head('seen: files', seen.blobs)] : []] : [['seen', 'nothing yet', '']],
    ...others.flatMap(({ foundAt, core, here, other, peer }) => [
      [`found ${foundAt.slice(0, 16).replace('T', ' ')}`, core === 'index' ? 'in the index' : 'in the files', peer ? `shown by ${peer.slice(0, 8)}` : 'not shown by anybody'],
      head('  here', here),
      head('  other', other)
    ])
  ]
  return [
    inColumns(rows, null),
    ...kept.map(keptInWords),
    ...others.length > 0 && kept.length === 0 ? ['\nNo other history is kept whole: nobody who has one could pass it on.'] : [],
    otherHistory ? `\n${otherHistory.reason}` : '\nNo other history of this writer is known.'
  ].join('\n')
}

function keptInWords ({ fork, length, treeHash, shared, issues }: KeptHistory): string {
  const where = shared === null ? 'The one that is here is not whole yet.' : `It is the same as the one here up to block ${shared}.`
  return `\nAnother history is kept: ${length} blocks, fork ${fork}, tree hash ${treeHash}. ${where}\n${issuesInWords(issues)}`
}

function issuesInWords (issues: ComparedIssue[]): string {
  const rows = issues.map(({ id, here, other, differs }) => [differs ? '!' : ' ', id, `here: ${issueInWords(here)}`, differs ? `other: ${issueInWords(other)}` : 'the same'])
  return inColumns([['', 'issue', '', ''], ...rows], null)
}

function issueInWords (issue: HistoryIssue | null): string {
  if (!issue) return 'not there'
  if (issue.revision === 0) return '(no signed title)'
  return `${issue.number} "${safeText(issue.title)}"${issue.revision > 1 ? `, revision ${issue.revision}` : ''}`
}

async function compare (context: Context, files: string[], options: CommonOptions): Promise<void> {
  const [{ checkHistory, sharedBlocks }, { compareIssues }, { formatAddress }, { default: z32 }] = await Promise.all([
    import('../../../shared/network/histories/signed-history.ts'), import('../../../subscriber/history-issues.ts'),
    import('../../../shared/format/address.ts'), import('z32')
  ])
  const [a, b] = await Promise.all(files.map(historyIn)) as [SignedHistory, SignedHistory]
  const heads = [checkHistory(a), checkHistory(b)]
  const [drive, other] = [a, b].map(history => z32.encode(Buffer.from(history.drive)))
  if (drive !== other) throw new AppError('BAD_ID', 'These are histories of two drives: they can not contradict each other.')
  const shared = sharedBlocks(a, b)
  const isOne = heads[0]!.fork === heads[1]!.fork && shared === Math.min(heads[0]!.length, heads[1]!.length)
  const issues = compareIssues(a, b, null)
  const newsletter = formatAddress(z32.encode(Buffer.from(a.newsletter)))
  if (options.json) return context.print(JSON.stringify({ newsletter, drive, heads, shared, isOne, issues }))
  context.print([
    `Both are signed with the key of the drive ${drive}, which they say is a writer's of ${newsletter}.`,
    ...heads.map(({ fork, length, treeHash }) => `  ${length} blocks, fork ${fork}, tree hash ${treeHash}`),
    isOne ? 'They are one history: the shorter one is the beginning of the longer one.' : `THEY ARE TWO HISTORIES: they part at block ${shared}. Whoever holds the key of the drive has signed both.`,
    issuesInWords(issues)
  ].join('\n'))
}

async function historyIn (file: string): Promise<SignedHistory> {
  const bytes = await readFile(file).catch((cause: unknown) => { throw new AppError('BAD_REQUEST', `${file} can not be read.`, { cause }) })
  return decodeHistory(bytes)
}
