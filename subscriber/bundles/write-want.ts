import { writeFile } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { WANT_BEGINS, type Want, type WantedDrive } from '../../shared/format/want.ts'
import { rangesIn } from '../../shared/network/held-ranges.ts'
import { checkReplaceable } from '../../shared/replaceable-file.ts'
import type { Follower } from '../following/follower.ts'

/**
 * Writes what is here of newsletters, so that somebody can make a bundle of the rest.
 *
 * @throws AppError BAD_SOURCE when no file can be made there, CONFLICT when it would replace something else than such a file
 */
export async function writeWant (path: string, followers: Follower[]): Promise<void> {
  await checkReplaceable(path, WANT_BEGINS, 'a file of wants')
  const newsletters = await Promise.all(followers.map(async follower => ({ newsletter: follower.followed.address, drives: await drivesOf(follower) })))
  try {
    await writeFile(path, writeJson({ colporteur: 1, kind: 'want', newsletters } satisfies Want))
  } catch (cause) {
    throw new AppError('BAD_SOURCE', `${path} can not be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause })
  }
}

async function drivesOf (follower: Follower): Promise<WantedDrive[]> {
  const wanted = await Promise.all(follower.readers.map(reader => reader.withCores(async ({ index, blobs }) => {
    return index.length === 0 || !blobs ? [] : [{ drive: reader.key, index: reader.wholeIndex, blobs: { length: blobs.length, blocks: rangesIn(blobs) } }]
  })))
  return wanted.flat()
}
