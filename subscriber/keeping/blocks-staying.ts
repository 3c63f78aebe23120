import type { Address } from '../../shared/format/address.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { Following } from '../following/following.ts'

/**
 * Blocks of drives, by their keys, that others have than the issues that leave. Asked once for all that leave together: for
 * each of them by itself, where every issue of its newsletter lies would be read.
 */
export async function blocksStaying (leaving: { newsletter: Address, id: string, drive: string }[], following: Following): Promise<Map<string, BlockRanges>> {
  const byDrive = new Map<string, { newsletter: Address, ids: Set<string> }>()
  for (const { newsletter, id, drive } of leaving) {
    const known = byDrive.get(drive)
    if (known) known.ids.add(id)
    else byDrive.set(drive, { newsletter, ids: new Set([id]) })
  }
  const staying = new Map<string, BlockRanges>()
  for (const [key, { newsletter, ids }] of byDrive) {
    const drive = [...following.get(newsletter).drives.values()].find(({ reader }) => reader.key === key)
    if (drive) staying.set(key, await drive.reader.blocksOfOthers(ids))
  }
  return staying
}
