import type { Address } from '../../shared/format/address.ts'
import { type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import type { Following } from '../following/following.ts'

/**
 * Blocks of drives, by their keys, that others have than the issues that leave. Asked once for all that leave together: for
 * each of them by itself, where every issue of its newsletter lies would be read. Of a drive that several newsletters list,
 * the issues of each of them stay.
 */
export async function blocksStaying (leaving: { newsletter: Address, id: string, drive: string }[], following: Following): Promise<Map<string, BlockRanges>> {
  const staying = new Map<string, BlockRanges>()
  for (const [newsletter, byDrive] of idsOf(leaving)) {
    for (const { reader } of following.get(newsletter).drives.values()) {
      const ids = byDrive.get(reader.key)
      if (ids) staying.set(reader.key, rangesOf([...staying.get(reader.key) ?? [], ...await reader.blocksOfOthers(ids)]))
    }
  }
  return staying
}

/** Ids of issues, by their newsletters and then their drives. */
function idsOf (leaving: { newsletter: Address, id: string, drive: string }[]): Map<Address, Map<string, Set<string>>> {
  const found = new Map<Address, Map<string, Set<string>>>()
  for (const { newsletter, id, drive } of leaving) {
    const byDrive = found.get(newsletter) ?? new Map<string, Set<string>>()
    found.set(newsletter, byDrive.set(drive, (byDrive.get(drive) ?? new Set()).add(id)))
  }
  return found
}
