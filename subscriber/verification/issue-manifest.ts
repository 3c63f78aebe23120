import { AppError } from '../../shared/errors.ts'
import { isSignedBefore, verifyManifest, type IssueManifest } from '../../shared/format/issue.ts'
import { effectiveSeal, type RootWriter, sealIn } from '../../shared/format/root-chain.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'

export interface ManifestPlace {
  /** Address of the newsletter that is read. */
  newsletter: string
  /** Id in the path of the manifest. */
  id: string
  /** The writer on whose drive it lies, by the id that the root gives it. */
  writer: string
  /** Index block that names it; null where there is no drive, as in an exported folder. */
  seq: number | null
}

/**
 * The manifest of an issue, after everything that its bytes, its place and the root can tell: the root knows the
 * writer, the place is inside its seal, the signature holds, newsletter, writer and id agree, and the writer had not
 * expired by the signed time.
 *
 * @throws AppError UNKNOWN_WRITER, SEALED, BAD_SIGNATURE, BAD_FORMAT, BAD_ID, BAD_NAME, TOO_LARGE, EXPIRED
 */
export function checkManifest (bytes: Uint8Array, signature: string, place: ManifestPlace, root: KnownRoot): IssueManifest {
  const writer = writerOf(root, place.writer)
  const seal = sealOf(writer.id, root)
  if (seal !== null && place.seq !== null && place.seq >= seal) throw sealedError(writer)

  const manifest = verifyManifest(bytes, signature, writer.signingKey)
  if (manifest.newsletter !== place.newsletter) throw new AppError('BAD_ID', 'The manifest belongs to another newsletter.')
  if (manifest.writer !== writer.id) throw new AppError('BAD_ID', 'The manifest names another writer than the one whose drive it lies on.')
  if (manifest.id !== place.id) throw new AppError('BAD_ID', 'The manifest has another id than its path.')

  if (writer.expires && !isSignedBefore(manifest, writer.expires)) {
    throw new AppError('EXPIRED', `${nameOf(writer)} had expired on ${writer.expires}, before this was signed.`)
  }
  return manifest
}

/** The index length at which a writer was sealed; null while it is not. Nothing from there on exists for a reader. */
export function sealOf (writerId: string, { chain, dispute }: KnownRoot): number | null {
  return effectiveSeal(writerId, chain, dispute)
}

/** Like {@link sealOf}, with its tree hash and reason. */
export function wholeSealOf (writerId: string, { chain, dispute }: KnownRoot): RootWriter['sealed'] | null {
  return sealIn(writerId, chain, dispute)
}

/** Why nothing of a drive counts whose root has sealed another history than the one that is here. */
export function otherHistoryError (writer: RootWriter): AppError {
  return new AppError('OTHER_HISTORY', `${nameOf(writer)} has signed two histories, and the newsletter's root has sealed the other one: this is of the one that does not count.`)
}

/** Why nothing counts that stands behind a writer's seal; when it was made, nobody can tell. */
export function sealedError (writer: RootWriter): AppError {
  const { sealed } = writer
  return new AppError('SEALED', `${nameOf(writer)} was retired${sealed ? ` on ${sealed.at.slice(0, 10)} (${sealed.reason})` : ''}, and this stands behind what still counts of it.`)
}

/** @throws AppError UNKNOWN_WRITER */
export function writerOf (root: KnownRoot, id: string): RootWriter {
  const writer = root.chain.newest.writers.find(candidate => candidate.id === id)
  if (!writer) throw new AppError('UNKNOWN_WRITER', 'The newsletter\'s root does not know the writer of this issue.')
  return writer
}

function nameOf (writer: RootWriter): string {
  return `The writer ${writer.name || writer.id}`
}
