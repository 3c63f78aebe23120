import messages from 'hyperbee/lib/messages.js'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { trustedCommentOf } from '../../shared/format/issue.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { sign, type SigningKey } from '../../shared/format/signature.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { fineManifest, type HostileAuthor } from './hostile-author.ts'

const utf8 = new TextEncoder()
const encoding = messages.Node as unknown as { encode (node: object): Uint8Array }

export interface RawPointer { blockOffset: unknown, blockLength: unknown, byteOffset: unknown, byteLength: unknown }

/** A block of an index that sets a path, of any bytes, to anything, and leads to no tree. */
export function rawEntry (path: string | Uint8Array, value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? utf8.encode(value) : utf8.encode(JSON.stringify(value) ?? 'null')
  return encoding.encode({ key: Buffer.concat([Buffer.from('files\0'), Buffer.from(path)]), value: bytes, index: Buffer.alloc(0) })
}

export interface RawIssue {
  /** Other than in a fine one; signed all the same. */
  manifest?: Partial<Record<keyof IssueManifest, unknown>>
  /** Where the index says that the text lies, in place of where it does. */
  pointer?: (right: RawPointer) => unknown
  /** The blocks of the text, in place of the right ones. */
  blocks?: Uint8Array[]
}

/** An issue, block by block, which needs nothing of the tree that the drive may have no more. */
export async function appendRawIssue (author: HostileAuthor, id: string, raw: RawIssue = {}): Promise<void> {
  const { manifest: change = {}, pointer = right => right, blocks } = raw
  const { blobs } = await author.heads()
  const { address, newsletter: { writer } } = author
  const body = utf8.encode('# Fine\n\nText.\n')
  const fine = fineManifest(address, writer.id, id, body)
  const told = writeJson({ ...fine, ...change })
  const words = Object.fromEntries(Object.entries(change).filter(([, value]) => typeof value !== 'object')) // not every object has any
  const signature = sign(told, writer.signing, trustedCommentOf({ ...fine, ...words }))
  const at = (block: number, bytes: Uint8Array): RawPointer => ({ blockOffset: blobs + block, blockLength: 1, byteOffset: 0, byteLength: bytes.length })
  const signed = utf8.encode(signature)
  await author.appendRaw([
    rawEntry(issuePath(id, 'body.md'), { blob: pointer(at(2, body)), metadata: null }),
    rawEntry(signaturePath(manifestPath(id)), { blob: at(1, signed), metadata: null }),
    rawEntry(manifestPath(id), { blob: at(0, told), metadata: { manifest: new TextDecoder().decode(told), signature } })
  ], [told, signed, ...blocks ?? [body]])
}

export interface PlacelessIssue { address: string, writer: string, signingKey: SigningKey, id: string, files: IssueManifest['files'] }

/** What an index says of an issue whose bytes are nowhere. */
export function rawEntries ({ address, writer, signingKey, id, files }: PlacelessIssue): Uint8Array[] {
  const body = utf8.encode('# Fine\n\nText.\n')
  const manifest = { ...fineManifest(address, writer, id, body), files }
  const told = writeJson(manifest)
  const signature = sign(told, signingKey, trustedCommentOf(manifest))
  let block = 500
  const placed = (bytes: number): RawPointer => {
    const blockLength = Math.ceil(bytes / BLOCK_BYTES)
    block += blockLength
    return { blockOffset: block - blockLength, blockLength, byteOffset: 0, byteLength: bytes }
  }
  return [
    ...files.map(({ path, size }) => rawEntry(issuePath(id, path), { blob: placed(size), metadata: null })),
    rawEntry(issuePath(id, 'body.md'), { blob: placed(body.length), metadata: null }),
    rawEntry(signaturePath(manifestPath(id)), { blob: placed(utf8.encode(signature).length), metadata: null }),
    rawEntry(manifestPath(id), { blob: placed(told.length), metadata: { manifest: new TextDecoder().decode(told), signature } })
  ]
}
