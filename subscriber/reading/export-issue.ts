import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/errors.ts'
import { formatAddress } from '../../shared/format/address.ts'
import { rootFolder } from '../../shared/format/root-files.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { writerOf } from '../verification/issue-manifest.ts'

const HOW = 'HOW-TO-VERIFY.txt'

/**
 * Writes a verified issue with its signatures and its newsletter's root chain into a new folder, so that anyone can
 * check it with minisign and b2sum. The folder appears when it is complete.
 *
 * @throws AppError CONFLICT when the folder exists, BAD_SOURCE when it can't be made
 */
export async function exportIssue (
  issue: LibraryIssue, root: KnownRoot, reader: DriveReader, folder: string
): Promise<{ path: string, files: string[], sizeBytes: number }> {
  if (await stat(folder).then(() => true, () => false)) throw new AppError('CONFLICT', `${folder} is already there. Name a folder that does not exist yet.`)
  const draft = join(dirname(folder), `.${issue.id}.export`)
  const files: string[] = []
  let sizeBytes = 0
  try {
    await rm(draft, { recursive: true, force: true })
    await mkdir(join(draft, 'files'), { recursive: true })
    await mkdir(join(draft, 'root'))
    for (const part of issue.locations) {
      await mkdir(dirname(join(draft, part.path)), { recursive: true })
      await pipeline(Readable.from(reader.read(part)), createWriteStream(join(draft, part.path)))
      files.push(part.path)
      sizeBytes += part.byteLength
    }
    for (const { path, bytes } of rootFolder(root.chain.files)) {
      await writeFile(join(draft, path), bytes)
      files.push(path)
      sizeBytes += bytes.length
    }
    const how = howToVerify(issue, root)
    await writeFile(join(draft, HOW), how)
    files.push(HOW)
    await rename(draft, folder)
    return { path: folder, files, sizeBytes: sizeBytes + how.length }
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new AppError('DISK_FULL', 'The disk is full; nothing was exported.', { cause: error })
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR') throw new AppError('BAD_SOURCE', `${folder} can not be made there (${code}).`, { cause: error })
    throw error
  }
}

function howToVerify (issue: LibraryIssue, root: KnownRoot): string {
  const { signingKey } = writerOf(root, issue.writer)
  return `This folder holds one issue of the newsletter
${formatAddress(issue.newsletter)}
with everything that is needed to check it.

  colporteur verify .

or, with tools that have nothing to do with Colporteur:

  minisign -Vm issue.json -P ${signingKey}
  b2sum -l 256 body.md files/*        compare with "blake2b" in issue.json

The key stands in the newest document in root/, which is signed by the keys in root/keys, whose BLAKE2b-256
(b2sum -l 256 root/keys) in z-base-32 is the address above:

${root.chain.newest.keys.map(key => `  minisign -Vm root/${root.chain.newest.number}.json -x root/${root.chain.newest.number}.json.<key id>.minisig -P ${key}`).join('\n')}
`
}
