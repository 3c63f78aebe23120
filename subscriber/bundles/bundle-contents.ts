import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { type BlockRanges, common, difference, rangesOf } from '../../shared/format/block-ranges.ts'
import type { BundleRecord } from '../../shared/format/bundle.ts'
import type { WantedDrive } from '../../shared/format/want.ts'
import { CoreSource } from '../../shared/network/bundles/core-source.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { runsOf } from '../following/downloads.ts'
import { allPlaces } from '../library/all-places.ts'
import type { Library } from '../library/library.ts'

/** What of one newsletter goes into a bundle. */
export interface Contents {
  newsletter: Address
  /** Null: every issue. */
  ids: Set<string> | null
  /** ISO 8601; null: since ever. */
  since: string | null
  /** What the receiver has of its drives; null: nobody said. */
  want: WantedDrive[] | null
}

/** The blocks of one drive that go in, and what is told about them. */
interface DriveContents {
  /** First block of the index. */
  from: number
  blobs: BlockRanges
  /** Where copies of the blobs core may end: between two issues. */
  lengths: number[]
  issues: number
  incomplete: number
}

export interface Written { issues: number, incomplete: number }

/**
 * The cores of a drive as records. Nothing at all where the bundle has nothing of this drive.
 *
 * @throws AppError NOT_COMPLETE when something that was asked for is not here
 */
export async function * driveRecords (
  reader: DriveReader, writer: string, contents: Contents, library: Library, written: Written
): AsyncGenerator<BundleRecord> {
  const release = await reader.hold()
  try {
    yield * recordsOf(reader, writer, contents, library, written)
  } finally {
    release()
  }
}

async function * recordsOf (reader: DriveReader, writer: string, contents: Contents, library: Library, written: Written): AsyncGenerator<BundleRecord> {
  const { index, blobs } = reader.cores
  if (index.length === 0 || !blobs) return
  const indexSource = new CoreSource(index, 'index', reader.keyBytes)
  const chosen = await choose(writer, contents, library)
  const want = contents.want?.find(({ drive }) => drive === reader.key)
  const from = Math.min(want?.index ?? chosen.from, indexSource.length)
  written.issues += chosen.issues
  written.incomplete += chosen.incomplete
  if (chosen.from >= indexSource.length && contents.since !== null) return
  if (reader.wholeIndex < indexSource.length) throw new AppError('NOT_COMPLETE', 'The list of issues is not whole on this node yet, so it can not be put into a bundle. Leave the node running until it is.')

  if (blobs.length > 0) {
    const source = new CoreSource(blobs, 'blobs', reader.keyBytes)
    const isWhole = contents.ids === null && contents.since === null
    const here = isWhole ? source.held : common(source.held, chosen.blobs)
    yield * source.records(want ? difference(here, want.blobs.blocks) : here, want ? [want.blobs.length] : chosen.lengths)
  }
  yield * indexSource.records(from < indexSource.length ? [[from, indexSource.length]] : [], [])
}

async function choose (writer: string, { newsletter, ids, since }: Contents, library: Library): Promise<DriveContents> {
  const chosen: DriveContents = { from: since === null ? 0 : Infinity, blobs: [], lengths: [], issues: 0, incomplete: 0 }
  for await (const { id, state, publishedAt, seq, locations, writer: by } of allPlaces(newsletter, library)) {
    if (by !== writer) continue
    const runs = runsOf(locations)
    chosen.lengths.push(...runs.flatMap(({ start, end }) => [start, end]))
    if ((ids && !ids.has(id)) || (since !== null && publishedAt < since) || state === 'notVerified') continue
    chosen.issues += state === 'ready' ? 1 : 0
    chosen.incomplete += state === 'ready' ? 0 : 1
    chosen.blobs.push(...runs.map(({ start, end }): [number, number] => [start, end]))
    // Its entries stand right below that of its manifest.
    if (since !== null) chosen.from = Math.max(0, Math.min(chosen.from, seq - locations.length + 1))
  }
  return { ...chosen, blobs: rangesOf(chosen.blobs), lengths: [...new Set(chosen.lengths)] }
}
