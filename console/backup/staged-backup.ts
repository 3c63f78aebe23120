import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkedDraft } from '../../publisher/drafts/draft-backup.ts'
import { plainKeysIn } from '../../publisher/keys/stored-writer.ts'
import type { StoredDraft } from '../../publisher/drafts/stored-draft.ts'
import { checkRoom } from '../../shared/disk-room.ts'
import { AppError } from '../../shared/errors.ts'
import { fileAt } from '../../shared/file-at.ts'
import { type BackupEntry, openBackup } from '../../shared/format/backup.ts'
import { type RootChain, rootChainSteps } from '../../shared/format/root-chain.ts'
import { decodeRootChain } from '../../shared/format/root-files.ts'
import { inSteps } from '../../shared/in-steps.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import type { MarkRows } from '../../subscriber/library/library-issue.ts'
import { BackupKeys, BackupManifest, BackupMarks, mostBytesOf, readContents } from './backup-contents.ts'
import { isPlainJson } from './plain-json.ts'

/** Of all entries together that are read at once. */
const WHOLE_BYTES = 512 * 1024 * 1024
const NAMES = /^(backup\.json|marks\.json|(roots\/[a-z0-9]{52})|(keys\/[a-z0-9]{52}\.json)|(drafts\/[0-9a-z]{26}\/(draft\.json|versions\/\d{1,9}\.json|files\/[0-9a-f]{64})))$/

/** A backup that was read to its end and checked, the drafts in a folder beside where they belong. */
export interface StagedBackup {
  manifest: BackupManifest
  marks: MarkRows
  roots: RootChain[]
  keys: Map<string, BackupKeys>
  drafts: { draft: StoredDraft, folder: string }[]
}

/**
 * @param folder an empty one, on the disk of the home
 * @throws AppError BAD_PASSPHRASE, BAD_BACKUP, BAD_SOURCE, DISK_FULL; whatever it throws, nothing was taken over
 */
export async function stageBackup (path: string, passphrase: string, folder: string): Promise<StagedBackup> {
  const { size } = await fileAt(path)
  await checkRoom(folder, size)
  const staged: Omit<StagedBackup, 'manifest' | 'drafts'> = { marks: { read: [], saved: [], fetched: [], places: [], highlights: [] }, roots: [], keys: new Map() }
  let manifest: BackupManifest | null = null
  let wholeBytes = 0
  for await (const entry of openBackup(createReadStream(path) as AsyncIterable<Uint8Array>, passphrase)) {
    if (!NAMES.test(entry.name)) throw new AppError('BAD_BACKUP', 'The backup holds something that no backup has. Nothing was taken over.')
    if (entry.name.startsWith('drafts/')) {
      if (entry.name.endsWith('/draft.json')) wholeBytes += entry.sizeBytes
      if ((entry.name.endsWith('.json') && entry.sizeBytes > mostBytesOf(entry.name)) || wholeBytes > WHOLE_BYTES) throw tooLarge(entry)
      await write(join(folder, entry.name), entry)
      continue
    }
    wholeBytes += entry.sizeBytes
    if (entry.sizeBytes > mostBytesOf(entry.name) || wholeBytes > WHOLE_BYTES) throw tooLarge(entry)
    if (entry.name === 'backup.json') manifest = readContents(BackupManifest, await read(entry), entry.name)
    else if (entry.name === 'marks.json') staged.marks = { fetched: [], highlights: [], ...readContents(BackupMarks, await read(entry), entry.name) }
    else if (entry.name.startsWith('roots/')) staged.roots.push(await inSteps(rootChainSteps(entry.name.slice(6), decodeRootChain(await read(entry)))))
    else staged.keys.set(entry.name.slice(5, -5), checkedKeys(readContents(BackupKeys, await read(entry), entry.name), entry.name))
  }
  if (!manifest) throw new AppError('BAD_BACKUP', 'The backup does not say what is in it. Nothing was taken over.')
  const followed = new Set(manifest.followed.map(({ address }) => address))
  if (followed.size < manifest.followed.length) throw new AppError('BAD_BACKUP', 'A newsletter is in the backup twice. Nothing was taken over.')
  return { ...staged, roots: staged.roots.filter(({ address }) => followed.has(address)), manifest, drafts: await draftsIn(join(folder, 'drafts')) }
}

/** How far a writer had published is said of its own drive alone: it must not stop another one. */
function checkedKeys (keys: BackupKeys, name: string): BackupKeys {
  const { writer, mark } = keys
  const held = writer === null ? null : plainKeysIn(Buffer.from(writer))
  if (writer !== null && held === null) throw new AppError('BAD_BACKUP', `${name} in the backup holds no keys of a writer. Nothing was taken over.`)
  if (mark !== null && (held === null || mark.drive !== DriveWriter.keyOf(held.drive.publicKey))) throw new AppError('BAD_BACKUP', `${name} in the backup tells of another drive. Nothing was taken over.`)
  return keys
}

/** Before anything is read as a draft. */
async function checkPlain (folder: string): Promise<void> {
  const versions = await readdir(join(folder, 'versions')).catch(() => []) // none
  for (const name of ['draft.json', ...versions.map(name => join('versions', name))]) {
    if (!isPlainJson(await readFile(join(folder, name)).catch(() => new Uint8Array()))) { // told as what is missing
      throw new AppError('BAD_BACKUP', 'A draft in the backup is not as it should be. Nothing was taken over.')
    }
  }
}

async function draftsIn (folder: string): Promise<StagedBackup['drafts']> {
  const ids = await readdir(folder).catch(() => []) // no drafts
  const drafts: StagedBackup['drafts'] = []
  // One after the other: each may have a version of many megabytes.
  for (const id of ids) {
    await checkPlain(join(folder, id))
    drafts.push({ draft: await checkedDraft(join(folder, id), id), folder: join(folder, id) })
  }
  return drafts
}

function tooLarge ({ name }: BackupEntry): AppError {
  return new AppError('BAD_BACKUP', `${name} in the backup is larger than it can be. Nothing was taken over.`)
}

async function read ({ bytes }: BackupEntry): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts)
}

async function write (path: string, { name, bytes }: BackupEntry): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => { throw new AppError('BAD_BACKUP', `${name} is in the backup twice. Nothing was taken over.`, { cause }) })
  try {
    for await (const part of bytes) await file.writeFile(part)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause
    throw new AppError('DISK_FULL', 'The disk is full. Free some space and open the backup again; nothing of it was taken over.', { cause })
  } finally {
    await file.close()
  }
}
