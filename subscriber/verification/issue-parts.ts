import { AppError } from '../../shared/errors.ts'
import { Blake2b256Stream, blake2b256Hex } from '../../shared/format/hash.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'

/** A part of an issue as its bytes can be had, from a drive or from a folder. */
export interface PartSource {
  sizeBytes: number
  read: () => AsyncIterable<Uint8Array>
}

/** A part that the manifest names. */
export interface NamedPart { path: string, size: number, blake2b: string }

/** Every part that the manifest names: the text first, then the files. */
export function namedParts (manifest: IssueManifest): NamedPart[] {
  return [manifest.body, ...manifest.files].map(({ path, size, blake2b }) => ({ path, size, blake2b }))
}

/**
 * Reads every part and compares size and hash with the manifest.
 *
 * @param open gives the bytes of a part by its path in the issue, or null when there are none
 * @throws AppError NOT_COMPLETE, BAD_HASH, and what reading throws
 */
export async function checkParts (manifest: IssueManifest, open: (path: string) => PartSource | null): Promise<void> {
  for (const part of namedParts(manifest)) {
    const source = open(part.path)
    if (!source) throw new AppError('NOT_COMPLETE', `${part.path} is missing.`)
    if (source.sizeBytes !== part.size) throw new AppError('BAD_HASH', `${part.path} has ${source.sizeBytes} bytes where the manifest says ${part.size}.`)
    const hash = new Blake2b256Stream()
    for await (const bytes of source.read()) hash.update(bytes)
    if (hash.digestHex() !== part.blake2b) throw new AppError('BAD_HASH', `${part.path} does not have the hash that the manifest names.`)
  }
}

/**
 * Compares the signed text with the file of the same name on the drive, so that readers of the index and readers of
 * the file can't be shown two different things.
 *
 * @throws AppError NOT_COMPLETE, BAD_HASH
 */
export async function checkCopy (path: string, text: string, source: PartSource | null): Promise<void> {
  if (!source) throw new AppError('NOT_COMPLETE', `${path} is missing.`)
  // Before anything is read: where it lies, a stranger says, who may say a gigabyte.
  if (source.sizeBytes !== Buffer.byteLength(text)) throw differs(path)
  const blocks: Uint8Array[] = []
  for await (const block of source.read()) blocks.push(block)
  const same = blake2b256Hex(...blocks) === blake2b256Hex(Buffer.from(text))
  if (!same) throw differs(path)
}

function differs (path: string): AppError {
  return new AppError('BAD_HASH', `${path} on the drive differs from the copy in its index.`)
}
