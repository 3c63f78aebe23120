import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Verification } from '../../../shared/api/issues.ts'
import { AppError, failures, isAppError, type FailureCode } from '../../../shared/errors.ts'
import { parseAddress } from '../../../shared/format/address.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

interface VerifyOptions extends CommonOptions { address?: string }

export function addVerify (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'verify <issue>',
    summary: 'check every signature and hash of an issue again, or of a folder with an exported one',
    examples: [
      ['colporteur verify 01k…', 'an issue of this node'],
      ['colporteur verify ./exported --address colporteur://…', 'a folder, against the address you trust; needs no node']
    ]
  })
    .option('--address <address>', 'for a folder: the newsletter that it has to be from')
    .action(async (issue: string, options: VerifyOptions) => await verify(context, issue, options))
}

async function verify (context: Context, issue: string, { address, ...options }: VerifyOptions): Promise<void> {
  if (address !== undefined) parseAddress(address)
  const isFolder = await stat(issue).then(found => found.isDirectory(), () => false)
  const verification = isFolder
    ? await (await import('../../../subscriber/verification/verify-folder.ts')).verifyFolder(resolve(issue), address ?? null)
    : await withNode(context, options, false, ({ client }) => client.verifyIssue({ params: { issue } }))
  if (options.json) context.print(JSON.stringify(verification))
  else context.print(inWords(verification))
  if (isFolder && address === undefined && verification.verified && !options.quiet && !options.json) {
    context.say('Compare the address with the one you know, or give it with --address: the folder was checked against the one it names itself.')
  }
  if (!verification.verified) throw failureOf(verification)
}

function inWords ({ verified, problem, title, number, writerName, checks }: Verification): string {
  return [
    ...(title === '' ? [] : [`"${safeText(title)}", issue ${number}${writerName ? `, signed by ${safeText(writerName)}` : ''}`]),
    ...checks.map(check => `✓ ${safeText(check)}`),
    verified ? 'Verified.' : `✗ ${safeText(problem?.reason ?? '')}`
  ].join('\n')
}

/** Ends with the exit code of a failed verification, unless something was only missing. */
function failureOf ({ problem }: Verification): AppError {
  const code = problem && problem.code in failures ? problem.code as FailureCode : 'NOT_VERIFIED'
  const error = new AppError(code, `Not verified: ${safeText(problem?.reason ?? 'the reason is not known')}`)
  return isAppError(error) && error.exitCode === failures.NOT_VERIFIED.exit ? error : new AppError('NOT_VERIFIED', error.message)
}
