import { AppError } from '../errors.ts'
import { isIssueId } from './id.ts'
import { PATH_BYTES } from './limits.ts'

/** Canonical paths in a writer's drive. */
export const newsletterPath = '/newsletter.json'

const ISSUES = '/issues/'
const FILES = 'files/'
const REVISIONS = 'revisions/'
const NAME_BYTES = 255

/** The two names that stand in every issue's folder. */
export const MANIFEST_NAME = 'issue.json'
export const BODY_NAME = 'body.md'

export function issuePath (id: string, rest: string): string {
  return `${ISSUES}${id}/${rest}`
}

export function manifestPath (id: string): string {
  return issuePath(id, MANIFEST_NAME)
}

/** Path in an issue of what an earlier revision consisted of. */
export function revisionPath (revision: number, rest: string): string {
  return `${REVISIONS}${revision}/${rest}`
}

/** The earlier revision that a path in an issue belongs to, and the path inside it; null for every other path. */
export function parseRevisionPath (path: string): { revision: number, rest: string } | null {
  const [, revision, rest] = /^revisions\/([1-9]\d{0,5})\/(.+)$/.exec(path) ?? []
  return revision && rest ? { revision: Number(revision), rest } : null
}

/** True for a path in an issue of what was signed, and of its signature: of the newest revision or of an earlier one. */
export function isDocumentPath (path: string): boolean {
  const name = parseRevisionPath(path)?.rest ?? path
  return name === MANIFEST_NAME || name === signaturePath(MANIFEST_NAME)
}

/** The path of the minisign signature of the file at `path`. */
export function signaturePath (path: string): string {
  return `${path}.minisig`
}

/** The issue that a path belongs to, and the path inside it; null for every other path. */
export function parseIssuePath (path: string): { id: string, rest: string } | null {
  if (!path.startsWith(ISSUES)) return null
  const end = path.indexOf('/', ISSUES.length)
  const id = path.slice(ISSUES.length, end)
  return end !== -1 && isIssueId(id) ? { id, rest: path.slice(end + 1) } : null
}

/** True for `files/<name>` with a name that is allowed. */
export function isFilePath (path: string): boolean {
  return path.startsWith(FILES) && brokenRule(path.slice(FILES.length)) === null
}

/** @throws AppError BAD_NAME when `path` is not `files/<name>` with a name that is allowed */
export function checkFilePath (path: string): void {
  if (!path.startsWith(FILES)) throw new AppError('BAD_NAME', `The file ${shown(path)} does not lie in files/.`)
  checkFileName(path.slice(FILES.length))
}

/**
 * A path in a drive that means one file, whatever it is: folders and a name that are allowed.
 *
 * @param bytes as it stands in the drive
 * @throws AppError BAD_NAME with the rule that it breaks
 */
export function checkDrivePath (bytes: Uint8Array): string {
  if (bytes.length > PATH_BYTES) throw new AppError('BAD_NAME', `A path of ${bytes.length} bytes is longer than ${PATH_BYTES}.`)
  let path
  try {
    path = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('BAD_NAME', 'A path is not valid Unicode.', { cause })
  }
  const [root, ...names] = path.split('/')
  const broken = root !== '' || names.length === 0 ? 'does not begin with a slash' : names.map(brokenRule).find(rule => rule !== null)
  if (broken) throw new AppError('BAD_NAME', `The path ${shown(path)} ${broken}.`)
  return path
}

/**
 * A name that means one file, the same on every system and to every eye.
 *
 * @throws AppError BAD_NAME with the rule that it breaks
 */
export function checkFileName (name: string): void {
  const broken = brokenRule(name)
  if (broken) throw new AppError('BAD_NAME', `The file name ${shown(name)} ${broken}.`)
}

function brokenRule (name: string): string | null {
  if (name === '') return 'is empty'
  if (name === '.' || name === '..') return 'means a folder'
  if (/[/\\]/.test(name)) return 'has a slash or backslash in it'
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return 'has a control character in it'
  if (/\p{Bidi_Control}/u.test(name)) return 'has a character in it that changes the direction of writing'
  if (/\p{Surrogate}/u.test(name)) return 'is not valid Unicode'
  if (name.normalize('NFC') !== name) return 'is not in Unicode\'s composed form (NFC)'
  if (new TextEncoder().encode(name).length > NAME_BYTES) return `is longer than ${NAME_BYTES} bytes`
  return null
}

/** A hostile name for a message: what would steer a terminal or turn a line around is shown escaped. */
function shown (name: string): string {
  return JSON.stringify(name.slice(0, 80)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, char => `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}
