import { AppError, isAppError } from '../../shared/errors.ts'
import { MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { newsletterPath, parseIssuePath } from '../../shared/format/paths.ts'
import type { Download, DriveReader } from '../../shared/network/drive-reader.ts'
import type { IndexEntry } from '../../shared/network/index-entry.ts'

/** Blocks of the index asked for ahead of the one being read. */
const AHEAD = 64
/** A block that no peer delivers for so long stops the scan, which is tried again when the index grows or a peer comes. */
const BLOCK_TIMEOUT_MS = 30_000

/** A signed document found in the index: its text may still have to come from the blobs core. */
export interface FoundDocument { kind: 'issue' | 'newsletter', id: string, entry: IndexEntry }

/** An entry that can't be right. `id` is the issue that it spoils, when it tells. */
export interface FoundFault { kind: 'fault', seq: number, error: AppError }

/** A signed document and its signature, as they were found. */
export interface SignedText { text: string, signature: string }

/**
 * Goes through index blocks `from` to `to` (exclusive) from the newest down, and yields the newest document of each
 * issue and of the newsletter, and the newest of what can't be right, of which there may be thousands. Reads block after
 * block and never follows the tree inside, which a stranger made.
 */
export async function * scanIndex (reader: DriveReader, from: number, to: number): AsyncGenerator<FoundDocument | FoundFault> {
  const seen = new Set<string>()
  let isFaulty = false
  for await (const entry of entriesDown(reader, from, to)) {
    if (isFault(entry)) {
      if (!isFaulty) yield entry
      isFaulty = true
      continue
    }
    const id = entry.path === newsletterPath ? '' : issueOf(entry.path)
    if (id === null || seen.has(id)) continue
    seen.add(id)
    yield { kind: id === '' ? 'newsletter' : 'issue', id, entry }
  }
}

/**
 * Where a writer's drive stood before the next new issue came after one of its issues: everything up to there, corrections
 * of earlier ones as well, was published before that.
 *
 * @throws AppError TIMED_OUT when a block of the index is not to be had
 */
export async function lengthBeforeNext (reader: DriveReader, id: string): Promise<number> {
  /** Blocks that set manifests, newest first. */
  const manifests: { id: string, seq: number }[] = []
  for await (const entry of entriesDown(reader, 1, reader.heads.index)) {
    const of = isFault(entry) ? null : issueOf(entry.path)
    if (of !== null) manifests.push({ id: of, seq: (entry as IndexEntry).seq })
  }
  const oldestFirst = manifests.reverse()
  const first = oldestFirst.findIndex(manifest => manifest.id === id)
  const before = new Set(oldestFirst.slice(0, first + 1).map(manifest => manifest.id))
  const next = oldestFirst.findIndex((manifest, i) => i > first && !before.has(manifest.id))
  return (oldestFirst.at(next === -1 ? -1 : next - 1)?.seq ?? 0) + 1
}

/**
 * Where the files that stand in the same batch as an issue's manifest lie. A writer puts them right before it.
 *
 * @param paths in the drive, of the files that the manifest names
 */
export async function locateFiles (reader: DriveReader, manifest: IndexEntry, paths: Set<string>): Promise<Map<string, IndexEntry>> {
  const found = new Map<string, IndexEntry>()
  // The signature stands there, too; nothing else belongs between.
  const lowest = Math.max(1, manifest.seq - paths.size - 1)
  for await (const entry of entriesDown(reader, lowest, manifest.seq)) {
    if (!isFault(entry) && paths.has(entry.path) && !found.has(entry.path)) found.set(entry.path, entry)
    if (found.size === paths.size) break
  }
  return found
}

/**
 * What was set together with an issue's manifest, by paths in the drive.
 *
 * @param most entries, whatever the manifest's entry says
 */
export async function entriesBeside (reader: DriveReader, manifest: IndexEntry, most: number): Promise<Map<string, IndexEntry>> {
  const found = new Map<string, IndexEntry>()
  const lowest = Math.max(1, manifest.seq - Math.min(most, (manifest.entries ?? Infinity) - 1))
  for await (const entry of entriesDown(reader, lowest, manifest.seq)) {
    if (!isFault(entry) && !found.has(entry.path)) found.set(entry.path, entry)
  }
  return found
}

/**
 * The text of a signed document and its signature: from the index where it is small, else from the blobs core.
 *
 * @throws AppError TOO_LARGE, BAD_FORMAT, TIMED_OUT
 */
export async function readDocument (reader: DriveReader, { entry }: FoundDocument): Promise<SignedText> {
  if (entry.signed) return { text: entry.signed.manifest, signature: entry.signed.signature }
  const signatures = await locateFiles(reader, entry, new Set([`${entry.path}.minisig`]))
  const signature = signatures.get(`${entry.path}.minisig`)
  if (!entry.blob || !signature?.blob) throw new AppError('BAD_FORMAT', `${entry.path} has no signature beside it.`)
  const [text, signatureText] = await Promise.all([entry.blob, signature.blob].map(async pointer => {
    if (pointer.byteLength > MANIFEST_BYTES) throw new AppError('TOO_LARGE', `${entry.path} is larger than the format allows.`)
    await withTimeout(reader, pointer.blockOffset, pointer.blockOffset + pointer.blockLength)
    return Buffer.from(await reader.readAll(pointer)).toString('utf8')
  }))
  return { text: text!, signature: signatureText! }
}

async function withTimeout (reader: DriveReader, start: number, end: number): Promise<void> {
  const release = await reader.hold()
  let download: Download | null = null
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('TIMED_OUT', 'A manifest did not arrive in time.')), BLOCK_TIMEOUT_MS)
  })
  try {
    download = reader.download(start, end)
    await Promise.race([download.done(), limit])
  } finally {
    clearTimeout(timer)
    download?.destroy()
    release()
  }
}

async function * entriesDown (reader: DriveReader, from: number, to: number): AsyncGenerator<IndexEntry | FoundFault> {
  const ahead: Promise<IndexEntry | FoundFault | null>[] = []
  let next = to - 1
  while (true) {
    while (ahead.length < AHEAD && next >= from) ahead.push(readAhead(reader, next--))
    const first = ahead.shift()
    if (!first) return
    const entry = await first
    if (entry) yield entry
  }
}

/** One that fails while an earlier one is still awaited, or never comes to be, must not become an unhandled rejection. */
function readAhead (reader: DriveReader, seq: number): Promise<IndexEntry | FoundFault | null> {
  const reading = readEntry(reader, seq)
  reading.catch(() => {})
  return reading
}

async function readEntry (reader: DriveReader, seq: number): Promise<IndexEntry | FoundFault | null> {
  try {
    return await reader.entryAt(seq, BLOCK_TIMEOUT_MS)
  } catch (error) {
    if (isAppError(error) && error.code !== 'TIMED_OUT') return { kind: 'fault', seq, error }
    throw error
  }
}

function isFault (entry: IndexEntry | FoundFault): entry is FoundFault {
  return 'kind' in entry
}

function issueOf (path: string): string | null {
  const issue = parseIssuePath(path)
  return issue?.rest === 'issue.json' ? issue.id : null
}
