import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { Authors, Count, Hash, Language, line, lines, Time, WriterId, Z32 } from './fields.ts'
import { BODY_BYTES, FILE_BYTES, ISSUE_BYTES, ISSUE_FILES, LAST_REVISION, MANIFEST_BYTES } from './limits.ts'
import { BODY_NAME, checkFilePath, MANIFEST_NAME } from './paths.ts'
import { type SigningKey, verifySignature } from './signature.ts'
import { readJson, type Signed, signJson } from './signed-json.ts'

export type IssueManifestFile = Static<typeof IssueManifestFile>
const IssueManifestFile = Type.Object({
  /** `files/<name>`. */
  path: Type.String({ maxLength: 300 }),
  /** MIME type as the writer says; readers decide by it only among types that they know. */
  type: Type.String({ pattern: '^[a-z0-9.+-]+/[a-z0-9.+-]+$', maxLength: 100 }),
  size: Count(FILE_BYTES),
  blake2b: Hash,
  alt: lines(2000),
  /** Pixels. */
  width: Type.Optional(Count(100_000, 1)),
  height: Type.Optional(Count(100_000, 1))
})

/** `/issues/<id>/issue.json`: what an issue consists of, to the last byte. */
export type IssueManifest = Static<typeof IssueManifest>
const IssueManifest = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('issue'),
  newsletter: Z32,
  writer: WriterId,
  id: Type.String({ pattern: '^[0-7][0-9a-hjkmnp-tv-z]{25}$' }),
  number: Count(1_000_000_000, 1),
  revision: Count(LAST_REVISION, 1),
  change: Type.Union([
    Type.Literal('original'), Type.Literal('typo'), Type.Literal('correction'), Type.Literal('update'), Type.Literal('retraction'),
    Type.Literal('erasure')
  ]),
  /** Why it was changed, for readers. */
  note: Type.Optional(lines(5000)),
  /** BLAKE2b-256 of the issue.json of the revision before. */
  previous: Type.Optional(Type.Union([Hash, Type.Null()])),
  title: line(500, 1),
  subtitle: Type.Optional(line(1000)),
  summary: Type.Optional(lines(5000)),
  authors: Authors,
  tags: Type.Optional(Type.Array(line(100, 1), { maxItems: 100 })),
  language: Language,
  publishedAt: Time,
  revisedAt: Type.Optional(Time),
  body: Type.Object({ path: Type.Literal(BODY_NAME), size: Count(BODY_BYTES), blake2b: Hash }),
  files: Type.Array(IssueManifestFile, { maxItems: ISSUE_FILES })
})

/** @throws AppError when the manifest breaks a rule that {@link readManifest} checks: nobody could read it */
export function signManifest (manifest: IssueManifest, key: SigningKey): Signed {
  const signed = signJson(manifest, key, trustedCommentOf(manifest))
  readManifest(signed.bytes)
  return signed
}

/** What the signature's trusted comment says. */
/** Whether an issue was signed, as it says, while a writer still could that expires at this time. Readers refuse it else. */
export function isSignedBefore ({ revisedAt, publishedAt }: IssueManifest, expires: string): boolean {
  return Date.parse(revisedAt ?? publishedAt) < Date.parse(expires)
}

export function trustedCommentOf ({ newsletter, id, revision }: Pick<IssueManifest, 'newsletter' | 'id' | 'revision'>): string {
  return `colporteur issue ${newsletter} ${id} revision ${revision}`
}

/**
 * The manifest, when the signature and everything that it tells by itself hold.
 *
 * @throws AppError BAD_SIGNATURE, and what {@link readManifest} throws
 */
export function verifyManifest (bytes: Uint8Array, signature: string, signingKey: string): IssueManifest {
  if (bytes.length > MANIFEST_BYTES) throw tooLarge('issue.json', MANIFEST_BYTES)
  const { trustedComment } = verifySignature(bytes, signature, signingKey)
  const manifest = readManifest(bytes)
  if (trustedComment !== trustedCommentOf(manifest)) throw new AppError('BAD_SIGNATURE', 'The signature\'s comment does not repeat what issue.json says.')
  return manifest
}

/**
 * Shape, names and sizes of a manifest; says nothing about who wrote it.
 *
 * @throws AppError BAD_FORMAT, BAD_NAME, TOO_LARGE
 */
export function readManifest (bytes: Uint8Array): IssueManifest {
  const manifest = readJson(bytes, IssueManifest, MANIFEST_NAME, MANIFEST_BYTES)
  if (manifest.revision === 1 !== (manifest.change === 'original')) throw new AppError('BAD_FORMAT', 'Revision 1 is the original, and no other revision is.')
  if (manifest.revision > 1 && !manifest.previous) throw new AppError('BAD_FORMAT', 'A later revision has to name the one before it.')
  if (isTombstone(manifest) && (manifest.files.length > 0 || !manifest.note)) throw new AppError('BAD_FORMAT', 'What is withdrawn has no files, and says why.')
  let sizeBytes = manifest.body.size
  const names = new Set<string>()
  for (const { path, size } of manifest.files) {
    checkFilePath(path)
    // Two names that differ only in case would be one file where the file system does not tell them apart.
    const name = path.toLowerCase()
    if (names.has(name)) throw new AppError('BAD_NAME', `Two files are named ${path}.`)
    names.add(name)
    sizeBytes += size
  }
  if (sizeBytes > ISSUE_BYTES) throw tooLarge('The issue', ISSUE_BYTES)
  return manifest
}

/** What stands in an issue's place when it was withdrawn: a reason, and no more files. */
export function isTombstone ({ change }: Pick<IssueManifest, 'change'>): boolean {
  return change === 'retraction' || change === 'erasure'
}

function tooLarge (what: string, limitBytes: number): AppError {
  return new AppError('TOO_LARGE', `${what} is larger than the ${limitBytes} bytes that the format allows.`)
}
