import type { Address } from '../../shared/format/address.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import type { Library } from '../library/library.ts'

interface SharedDrivesParts { roots: RootStore, library: Library }

interface Drive { reader: { key: string } }

/** A drive as a newsletter's root lists it. */
interface ListedDrive { address: Address, writer: string, drive: string }

/**
 * Other newsletters, of those whose roots are here, that list a drive, too. A root may list any: it proves nothing, and what
 * of the drive is here belongs to all of them.
 */
async function othersThatList (roots: RootStore, { address, drive }: Pick<ListedDrive, 'address' | 'drive'>): Promise<ListedDrive[]> {
  const others = (await roots.addresses()).filter(other => other !== address)
  const listed = await Promise.all(others.map(async other => {
    const { chain, dispute } = await roots.get(other) ?? {}
    const writers = [...chain?.newest.writers ?? [], ...dispute?.newest.writers ?? []]
    const writer = writers.find(writer => writer.drive === drive)
    return writer ? [{ address: other, writer: writer.id, drive }] : []
  }))
  return listed.flat()
}

/** Whether no other newsletter that is here lists a drive. */
export async function isListedAlone (roots: RootStore, listed: Pick<ListedDrive, 'address' | 'drive'>): Promise<boolean> {
  return (await othersThatList(roots, listed)).length === 0
}

/**
 * The drives of a newsletter of which its root and its writers may take bytes away. Of one that others list, too, they may only
 * when its writer has signed something there for this newsletter, and for none of them.
 *
 * @param drives by the ids of their writers
 */
export async function freeable<D extends Drive> (address: Address, drives: ReadonlyMap<string, D>, parts: SharedDrivesParts): Promise<[writer: string, D][]> {
  const all = [...drives]
  const may = await Promise.all(all.map(([writer, { reader }]) => mayFree({ address, writer, drive: reader.key }, parts)))
  return all.filter((_, i) => may[i])
}

/** Other newsletters that list a drive, too, and whose writer has signed something there. */
export async function othersWithIssues (listed: Pick<ListedDrive, 'address' | 'drive'>, { roots, library }: SharedDrivesParts): Promise<Address[]> {
  const others = await othersThatList(roots, listed)
  const signed = await Promise.all(others.map(other => hasSigned(other, library)))
  return others.filter((_, i) => signed[i]).map(({ address }) => address)
}

async function hasSigned ({ address, writer }: ListedDrive, library: Library): Promise<boolean> {
  return (await library.writerCounts(address, writer, 0)).newestAt !== null
}

async function mayFree (listed: ListedDrive, { roots, library }: SharedDrivesParts): Promise<boolean> {
  const others = await othersThatList(roots, listed)
  if (others.length === 0) return true
  const [own, ...theirs] = await Promise.all([listed, ...others].map(one => hasSigned(one, library)))
  return own! && !theirs.includes(true)
}
