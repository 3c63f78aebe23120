import type { Issue, IssueDetails } from '../shared/api/issues.ts'
import { blake2b256Hex } from '../shared/format/hash.ts'
import { readManifest } from '../shared/format/issue.ts'
import type { KnownRoot } from '../shared/network/root-store.ts'
import type { IssueListing, LibraryIssue, LibraryPart } from './library/library-issue.ts'

/** Names an issue inside the program. */
export interface IssueKey { newsletter: string, id: string }

/** `<id>@<address>`. */
export function refOf ({ newsletter, id }: IssueKey): string {
  return `${id}@${newsletter}`
}

export function issueView (listing: IssueListing): Issue {
  const { writer: _writer, seq: _seq, bodyHash: _bodyHash, ...rest } = listing
  return { ref: refOf(listing), ...rest }
}

export async function issueDetails (
  view: Issue, issue: LibraryIssue, root: KnownRoot | null, isHere: (part: LibraryPart) => Promise<boolean>
): Promise<IssueDetails> {
  const writer = root?.chain.newest.writers.find(({ id }) => id === issue.writer)
  if (issue.state === 'notVerified' || issue.manifest === '' || !writer) return { issue: view, files: [], proof: null }
  const bytes = Buffer.from(issue.manifest)
  const manifest = readManifest(bytes)
  return {
    issue: view,
    files: await Promise.all(manifest.files.map(async ({ path, type, size, blake2b, alt }) => {
      const part = issue.locations.find(location => location.path === path)
      return { path, type, sizeBytes: size, blake2b, alt, here: part ? await isHere(part) : false }
    })),
    proof: {
      writer: writer.id,
      writerName: writer.name,
      signingKey: writer.signingKey,
      drive: writer.drive,
      rootNumber: root!.chain.newest.number,
      manifestHash: blake2b256Hex(bytes),
      bodyHash: manifest.body.blake2b
    }
  }
}
