import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Proposal } from '../../../shared/api/root.ts'
import { AppError } from '../../../shared/errors.ts'
import { PROPOSAL_BYTES } from '../../../shared/format/limits.ts'
import { askNewPassphrase } from '../ask.ts'
import { askYes, changeRoot, type RootOptions, signAndPublish, tellEffects } from '../change-root.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { readQuorum } from '../quorum.ts'
import { wordsInColumns } from '../words-text.ts'
import { signed } from './writers.ts'

interface KeysOptions extends RootOptions { rootQuorum: string, seal?: boolean, anew?: boolean }

const STATES = ['active', 'resting', 'ended'] as const

export function addRoot (program: Command, context: Context): void {
  const group = addGroup(program, {
    usage: 'root',
    summary: 'change who speaks for a newsletter; each asks for the words',
    examples: [
      ['colporteur root keys "The Long Road"', 'replaces the recovery words; asks for those of now'],
      ['colporteur root sign root-ybndrfg8-3.proposal.json', 'signs what somebody else has begun']
    ]
  })
  signed(addCommand(group, {
    usage: 'keys <newsletter>',
    summary: 'replace the recovery words: those of now and the new ones sign together',
    examples: [
      ['colporteur root keys "The Long Road"', 'one new set of words'],
      ['colporteur root keys "The Long Road" --root-quorum 2/3', 'three sets, any two of which act together']
    ]
  }))
    .option('--root-quorum <k/n>', 'how many of how many sets act together', '1/1')
    .option('--seal', 'seal the new words on this machine with a passphrase, until they are confirmed')
    .option('--anew', 'erase new words that were made before, for a change of which this node has not heard that it was published')
    .action(async (newsletter: string, options: KeysOptions) => await changeKeys(context, newsletter, options))
  signed(addCommand(group, {
    usage: 'state <newsletter> <state>',
    summary: 'say that a newsletter is active, resting, or (for good) ended',
    examples: [['colporteur root state "The Long Road" resting', 'readers need not wait'], ['colporteur root state "The Long Road" ended', 'seals every writer']]
  })).action(async (newsletter: string, state: string, options: RootOptions) => {
    const found = STATES.find(known => known === state)
    if (!found) throw new AppError('BAD_REQUEST', `${state} is none of ${STATES.join(', ')}.`)
    await changeRoot(context, options, newsletter, { kind: 'state', state: found })
  })
  signed(addCommand(group, {
    usage: 'successor <newsletter> <address>',
    summary: 'name the newsletter that continues this one',
    examples: [['colporteur root successor "The Long Road" colporteur://…', 'readers are led there'], ['colporteur root successor "The Long Road" none', '']]
  })).action(async (newsletter: string, address: string, options: RootOptions) =>
    await changeRoot(context, options, newsletter, { kind: 'successor', successor: address === 'none' ? null : address }))
  addCommand(group, {
    usage: 'show <file>',
    summary: 'what a proposal that somebody passed on would do',
    examples: [['colporteur root show root-ybndrfg8-3.proposal.json', '']]
  }).action(async (file: string, options: CommonOptions) => await show(context, file, options))
  signed(addCommand(group, {
    usage: 'sign <file>',
    summary: 'sign a proposal that somebody passed on; the last signature publishes it',
    examples: [['colporteur root sign root-ybndrfg8-3.proposal.json', 'says what it would do, and asks']]
  })).action(async (file: string, options: RootOptions) => await sign(context, file, options))
}

async function changeKeys (context: Context, newsletter: string, { rootQuorum, seal = false, anew = false, ...options }: KeysOptions): Promise<void> {
  if (anew) {
    context.say('New words that were made before and lie here are erased. This node has not heard that their change was published; if it was, elsewhere, they are the words that count.')
    await askYes(context, options, 'Erase them for good? Type yes: ')
  }
  const passphrase = seal ? await askNewPassphrase(context) : undefined
  await changeRoot(context, options, newsletter, { kind: 'keys', ...readQuorum(rootQuorum), ...(passphrase && { passphrase }), ...(anew && { anew }) }, async client => {
    const { sets } = await client.showWords({ params: { newsletter }, body: { ...(passphrase && { passphrase }) } })
    for (const { key, words } of sets.filter(({ next }) => next)) context.say(`\nNew words of root key ${key}. Write them down now:\n\n${wordsInColumns(words)}\n`)
  })
}

async function show (context: Context, file: string, options: CommonOptions): Promise<void> {
  const proposal = await withNode(context, options, false, async ({ client }) => await client.readProposal({ body: { text: await textOf(file) } }))
  if (options.json) context.print(JSON.stringify(proposal))
  else tell(context, proposal)
}

async function sign (context: Context, file: string, options: RootOptions): Promise<void> {
  await withNode(context, options, false, async ({ client }) => {
    const proposal = await client.readProposal({ body: { text: await textOf(file) } })
    tell(context, proposal)
    await askYes(context, options)
    await signAndPublish(context, { ...options, out: options.out ?? file }, client, proposal)
  })
}

function tell (context: Context, proposal: Proposal): void {
  tellEffects(context, proposal)
  for (const { threshold, signed } of proposal.signers) context.say(`  Signed by ${signed.length === 0 ? 'nobody' : signed.join(', ')}; it takes ${threshold}.`)
}

async function textOf (file: string): Promise<string> {
  const unreadable = (cause: unknown): never => { throw new AppError('BAD_REQUEST', `${file} can not be read.`, { cause }) }
  const { size } = await stat(file).catch(unreadable)
  if (size > PROPOSAL_BYTES) throw new AppError('TOO_LARGE', `The proposal ${file} has ${size} bytes where ${PROPOSAL_BYTES} are allowed.`)
  return await readFile(file, 'utf8').catch(unreadable)
}
