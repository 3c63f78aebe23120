import type { Verification } from '../../shared/api/issues.ts'
import { isAppError } from '../../shared/errors.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { checkManifest, writerOf } from './issue-manifest.ts'
import { checkIssueBytes } from './stored-issue.ts'

/** Checks everything about an issue again, from the root to the last byte, and says in words what held. */
export async function verifyIssue (issue: LibraryIssue, root: KnownRoot | null, reader: DriveReader | null): Promise<Verification> {
  const checks: string[] = []
  let manifest: IssueManifest | null = null
  try {
    if (issue.manifest === '' || !root) return verification(issue, null, root, checks, issue.problem ?? { code: 'NOT_VERIFIED', reason: 'Nothing of it can be believed.' })
    checks.push(`The root chain holds: ${root.chain.documents.length} signed ${root.chain.documents.length === 1 ? 'document' : 'documents'} from the address on.`)
    manifest = checkManifest(Buffer.from(issue.manifest), issue.signature, issue, root)
    checks.push(...signatureChecks(root, issue.writer))
    if (!reader) return verification(issue, manifest, root, checks, { code: 'NOT_COMPLETE', reason: 'The drive it lies on is not here.' })
    await checkIssueBytes(reader, issue)
    checks.push(partsCheck(manifest))
    return verification(issue, manifest, root, checks, null)
  } catch (error) {
    if (!isAppError(error)) throw error
    return verification(issue, manifest, root, checks, { code: error.code, reason: error.message })
  }
}

export function signatureChecks (root: KnownRoot, writerId: string): string[] {
  const writer = writerOf(root, writerId)
  return [
    `The root names its writer, ${writer.name || writer.id}.`,
    `The signature of issue.json holds, by key ${keyIdText(writer.signingKey)}.`,
    'Newsletter, writer and issue id agree with the place it lies in.'
  ]
}

export function partsCheck ({ files }: IssueManifest): string {
  return `The text and ${files.length === 1 ? '1 file' : `${files.length} files`} have the size and the BLAKE2b-256 hash that issue.json names.`
}

export function verification (
  place: { newsletter: string, id: string, writer: string }, manifest: IssueManifest | null, root: KnownRoot | null, checks: string[],
  problem: Verification['problem']
): Verification {
  const writer = root?.chain.newest.writers.find(({ id }) => id === place.writer)
  return {
    verified: problem === null,
    problem,
    title: manifest?.title ?? '',
    newsletter: place.newsletter,
    id: place.id,
    number: manifest?.number ?? 0,
    revision: manifest?.revision ?? 0,
    writerName: writer?.name ?? '',
    signingKey: writer?.signingKey ?? '',
    checks
  }
}
