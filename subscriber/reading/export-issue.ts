import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { formatAddress } from '../../shared/format/address.ts'
import { rootFolder } from '../../shared/format/root-files.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { appearing } from '../exporting/appearing.ts'
import { checkNamesForWindows } from '../exporting/file-name.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { writerOf } from '../verification/issue-manifest.ts'

const HOW = 'HOW-TO-VERIFY.txt'

/**
 * Writes a verified issue with its signatures and its newsletter's root chain into a new folder, so that anyone can
 * check it with minisign and b2sum. The folder appears when it is complete.
 *
 * @throws AppError CONFLICT when the folder exists, BAD_SOURCE when it can't be made, DISK_FULL, BAD_NAME for a file that this system takes for another
 */
export async function exportIssue (
  issue: LibraryIssue, root: KnownRoot, reader: DriveReader, folder: string
): Promise<{ path: string, files: string[], sizeBytes: number }> {
  if (process.platform === 'win32') checkFilesForWindows(issue.locations.map(({ path }) => path))
  return await appearing(folder, async draft => {
    const files: string[] = []
    let sizeBytes = 0
    for (const part of [draft, join(draft, 'files'), join(draft, 'root')]) await mkdir(part)
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
    return { path: folder, files, sizeBytes: sizeBytes + how.length }
  })
}

function checkFilesForWindows (paths: string[]): void {
  // Of this revision and of earlier ones.
  const files = paths.filter(path => /(?:^|\/)files\//.test(path))
  for (const folder of new Set(files.map(path => dirname(path)))) {
    checkNamesForWindows(files.filter(path => dirname(path) === folder).map(path => basename(path)))
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
