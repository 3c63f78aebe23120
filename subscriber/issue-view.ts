import type { Issue, IssueDetails, IssueNeighbour, IssuePage } from '../shared/api/issues.ts'
import { readingMinutes } from '../shared/api/word-count.ts'
import { blake2b256Hex } from '../shared/format/hash.ts'
import { readManifest } from '../shared/format/issue.ts'
import type { KnownRoot } from '../shared/network/root-store.ts'
import { sealOf } from './verification/issue-manifest.ts'
import type { Following } from './following/following.ts'
import type { Library } from './library/library.ts'
import type { IssueListing, IssueNeighbours, LibraryIssue, LibraryPart, ListFilter, PageOptions } from './library/library-issue.ts'

/** Names an issue inside the program. */
export interface IssueKey { newsletter: string, id: string }

/** `<id>@<address>`. */
export function refOf ({ newsletter, id }: IssueKey): string {
  return `${id}@${newsletter}`
}

/** Issues as the contract shows them: what the library knows, with the bytes that are on their way right now. */
export class IssueViews {
  #following: Following
  #library: Library

  constructor ({ following, library }: { following: Following, library: Library }) {
    this.#following = following
    this.#library = library
  }

  /** Null when it is not on this node (any more). */
  async find ({ newsletter, id }: IssueKey): Promise<Issue | null> {
    const listing = await this.#library.listing(newsletter, id)
    return listing && this.#of(listing)
  }

  /** @throws AppError BAD_REQUEST when the cursor is not from a page before */
  async page (page: PageOptions & ListFilter): Promise<IssuePage> {
    const { issues, ...rest } = await this.#library.issues(page)
    return { issues: issues.map(listing => this.#of(listing)), ...rest }
  }

  #of (listing: IssueListing): Issue {
    const { writer, seq: _seq, bodyHash: _bodyHash, words, ...rest } = listing
    const follower = this.#following.has(listing.newsletter) ? this.#following.get(listing.newsletter) : null
    const drive = follower?.drives.get(writer)
    const arriving = listing.state === 'ready' ? null : drive?.completing.arriving.viewOf(listing)
    const { haveBytes, haveParts, wantedBytes, wantedParts } = arriving ?? { ...listing, ...wantedOf(listing) }
    const minutes = words === null || words === 0 ? null : readingMinutes(words)
    // The root's seal says what of a drive counts, whatever its writer does.
    const withdrawnByWriter = drive?.memory.isTakenBack(listing) === true && sealOf(writer, follower!.root!) === null
    const petName = follower?.followed.petName ?? ''
    return { ref: refOf(listing), ...rest, petName, haveBytes, haveParts, wantedBytes, wantedParts, minutes, withdrawnByWriter }
  }
}

/** Of an issue that is not on its way. */
function wantedOf ({ state, haveBytes, haveParts, sizeBytes, parts }: IssueListing): Pick<Issue, 'wantedBytes' | 'wantedParts'> {
  const isLess = state === 'partial' || state === 'removed'
  return { wantedBytes: isLess ? haveBytes : sizeBytes, wantedParts: isLess ? haveParts : parts }
}

export async function issueDetails (
  view: Issue, issue: LibraryIssue, beside: IssueNeighbours, root: KnownRoot | null, isHere: (part: LibraryPart) => Promise<boolean>
): Promise<IssueDetails> {
  const neighbour = (near: IssueNeighbours['older']): IssueNeighbour => near && { ref: refOf({ newsletter: issue.newsletter, id: near.id }), title: near.title }
  const shown = { issue: view, older: neighbour(beside.older), newer: neighbour(beside.newer) }
  const writer = root?.chain.newest.writers.find(({ id }) => id === issue.writer)
  if (issue.state === 'notVerified' || issue.manifest === '' || !writer) return { ...shown, files: [], proof: null }
  const bytes = Buffer.from(issue.manifest)
  const manifest = readManifest(bytes)
  return {
    ...shown,
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
      bodyHash: manifest.body.blake2b,
      number: manifest.number
    }
  }
}
