import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatAddress } from '../shared/format/address.ts'
import { encodeHistory, type SignedHistory } from '../shared/format/history.ts'
import type { RootWriter } from '../shared/format/root-chain.ts'
import { rootFolder } from '../shared/format/root-files.ts'
import type { KnownRoot } from '../shared/network/root-store.ts'
import { appearing } from './exporting/appearing.ts'

const HOW = 'HOW-TO-VERIFY.txt'

/**
 * Writes the histories of a writer's drive and the root chain into a new folder, so that anybody can check who signed
 * them. The folder appears when it is complete.
 *
 * @throws AppError CONFLICT when the folder exists, BAD_SOURCE when it can't be made, DISK_FULL
 */
export async function exportHistories (
  histories: { name: string, history: SignedHistory }[], writer: RootWriter, { chain }: KnownRoot, folder: string
): Promise<{ path: string, files: string[] }> {
  const files = [
    ...histories.map(({ name, history }) => ({ path: name, bytes: encodeHistory(history) })),
    ...rootFolder(chain.files),
    { path: HOW, bytes: new TextEncoder().encode(howToVerify(histories.map(({ name }) => name), writer, chain.address)) }
  ]
  return await appearing(folder, async draft => {
    for (const part of [draft, join(draft, 'root')]) await mkdir(part)
    for (const { path, bytes } of files) await writeFile(join(draft, path), bytes)
    return { path: folder, files: files.map(({ path }) => path) }
  })
}

function howToVerify (names: string[], { id, drive }: RootWriter, address: string): string {
  return `This folder holds histories of one drive: that of the writer ${id} of the newsletter
${formatAddress(address)}
with everything that is needed to check that its writer signed each of them.

  colporteur writers compare ${names[0]} ${names[1] ?? names[0]}

checks the signatures, and says where the two part and which issues differ. It needs no node and no network.
Each file is laid out as section 4.2 of the format says (shared/format/README.md): the drive's key
  ${drive}
and every block of its index, with the signature of the whole. The drive stands in the newest document in root/,
which is signed by the keys in root/keys, whose BLAKE2b-256 (b2sum -l 256 root/keys) in z-base-32 is the address above.
`
}
