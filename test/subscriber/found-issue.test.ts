import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readRootChain, type RootChain } from '../../shared/format/root-chain.ts'
import { signRootDocument } from '../../shared/format/root-document.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { type IssueManifest, signManifest } from '../../shared/format/issue.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { BODY_BYTES, MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { blocksOf, DriveWriter, type NewFile } from '../../shared/network/drive-writer.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import type { BlobPointer } from '../../shared/network/index-entry.ts'
import { Peer } from '../../shared/network/peer.ts'
import { createWriterKeys, newNewsletter, publicOf } from '../../publisher/keys/new-newsletter.ts'
import type { WriterKeys } from '../../publisher/keys/own-keys.ts'
import { readFoundIssue } from '../../subscriber/following/found-issue.ts'
import { type FoundDocument, scanIndex } from '../../subscriber/following/index-scan.ts'
import type { LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { checkCopy } from '../../subscriber/verification/issue-parts.ts'
import { fineManifest } from '../support/hostile-author.ts'
import { log } from '../support/network.ts'

const ID = '01ke70ehg0zzzzzzzzzzzzzzzz'
const utf8 = new TextEncoder()

interface Stage {
  address: string
  chain: RootChain
  /** Writes a revision, and reads back what a reader finds of it. */
  revise: (writer: string, change: Partial<IssueManifest>, files: string[], known: LibraryIssue | null, odd?: Odd) => Promise<LibraryIssue | null>
}

/** Where the index says that parts lie, in place of where they do, by their paths in the issue; and others that lie beside them. */
type Odd = Record<string, BlobPointer>

/** A newsletter with the writers w1 and w2, whose drives lie in one real store. */
async function twoWriters (t: Test): Promise<Stage> {
  const peer = new Peer({ folder: join(t.testdir(), 'store'), network: null, log })
  await peer.ready()
  t.teardown(() => peer.close())
  const newsletter = newNewsletter('First')
  const second = createWriterKeys()
  const { address, secrets } = newsletter
  const first = readRootChain(address, newsletter.chain)
  const next = { ...first.newest, number: 1, previous: first.newestHash, writers: [...first.newest.writers, { id: 'w2', name: 'Second', ...publicOf(second) }] }
  const signed = signRootDocument(next, address, secrets.map(({ key }) => key))
  const chain = readRootChain(address, { ...newsletter.chain, documents: [...newsletter.chain.documents, signed] })
  const drives = new Map<string, { keys: WriterKeys, drive: DriveWriter, reader: DriveReader }>()
  for (const [id, keys] of [['w1', newsletter.writer as WriterKeys], ['w2', second]] as const) {
    const drive = new DriveWriter(peer, keys.drive)
    await drive.ready()
    const reader = new DriveReader(peer, drive.key, { live: false })
    await reader.ready()
    t.teardown(async () => {
      await reader.close()
      await drive.close()
    })
    drives.set(id, { keys, drive, reader })
  }
  return {
    address,
    chain,
    revise: async (writer, change, files, known, odd = {}) => {
      const { keys, drive, reader } = drives.get(writer)!
      const body = utf8.encode(`Text by ${writer}.\n`)
      const manifest = { ...fineManifest(address, writer, ID, body), files: [fileOf('files/map.txt', 'the map')], ...change }
      const { bytes, signature } = signManifest(manifest, keys.signing)
      const right: NewFile[] = [
        { path: manifestPath(ID), blocks: () => blocksOf(bytes), metadata: { manifest: new TextDecoder().decode(bytes), signature } },
        { path: signaturePath(manifestPath(ID)), blocks: () => blocksOf(utf8.encode(signature)) },
        { path: issuePath(ID, 'body.md'), blocks: () => blocksOf(body) },
        ...files.map(text => ({ path: issuePath(ID, 'files/map.txt'), blocks: () => blocksOf(utf8.encode(text)) }))
      ]
      const pointed = new Map(Object.entries(odd).map(([path, pointer]) => [issuePath(ID, path), pointer]))
      const beside = [...pointed].filter(([path]) => !right.some(file => file.path === path)).map(([path, pointer]) => ({ path, pointer }))
      await drive.append([...right.map(file => {
        const pointer = pointed.get(file.path)
        return pointer ? { path: file.path, pointer, metadata: file.metadata } : file
      }), ...beside])
      let document: FoundDocument | null = null
      for await (const found of scanIndex(reader, 1, reader.heads.index)) if (found.kind === 'issue') document ??= found
      const place = { newsletter: address, writer, id: ID, seq: document!.entry.seq }
      return await readFoundIssue(reader, document!, place, known, { chain, dispute: null })
    }
  }
}

function pointerTo (byteLength: number): BlobPointer {
  return { blockOffset: 0, blockLength: Math.ceil(byteLength / 65_536), byteOffset: 0, byteLength }
}

function fileOf (path: string, text: string): IssueManifest['files'][number] {
  return { path, type: 'text/plain', size: utf8.encode(text).length, blake2b: blake2b256Hex(utf8.encode(text)), alt: '' }
}

t.test('a file that did not change may stay where it was on its writer\'s drive, and is never looked for there on another\'s', async t => {
  const { revise } = await twoWriters(t)
  const original = (await revise('w1', {}, ['the map'], null))!
  const later = { revision: 2, change: 'typo', previous: blake2b256Hex(utf8.encode(original.manifest)), revisedAt: '2026-02-01T00:00:00.000Z' } as const
  const own = (await revise('w1', later, [], original))!
  const placeOf = ({ locations }: LibraryIssue): unknown => locations.find(({ path }) => path === 'files/map.txt')
  t.same(placeOf(own), placeOf(original))
  await t.rejects(revise('w2', later, [], original), { code: 'BAD_FORMAT', message: /does not hold files\/map\.txt/ })
  const beside = (await revise('w2', { ...later, revision: 3 }, ['the map'], original))!
  t.match(beside, { writer: 'w2', revision: 3 })
  t.notSame(placeOf(beside), placeOf(original))
})

t.test('what is signed has on the drive the size that it has in the index, and no more of it is read', async t => {
  const { revise } = await twoWriters(t)
  for (const path of ['issue.json', 'issue.json.minisig']) {
    for (const byteLength of [1, 100 * 1024 * 1024]) {
      const told = new RegExp(`has ${byteLength} bytes of ${path} where the index has`)
      await t.rejects(revise('w1', {}, ['the map'], null, { [path]: pointerTo(byteLength) }), { code: 'BAD_POINTER', message: told })
    }
  }
  t.match(await revise('w1', {}, ['the map'], null), { revision: 1 })
  const unread = { sizeBytes: 100 * 1024 * 1024, read: async function * (): AsyncGenerator<Uint8Array> { throw new Error('it is read') } }
  await t.rejects(checkCopy('issue.json', 'the text', unread), { code: 'BAD_HASH' }, 'nor of what a library knows from before')
})

t.test('of earlier revisions nothing is carried that is larger than it may have been', async t => {
  const { revise } = await twoWriters(t)
  const later = { revision: 3, change: 'typo', previous: blake2b256Hex(utf8.encode('2')), revisedAt: '2026-02-01T00:00:00.000Z' } as const
  const kept = (await revise('w1', later, ['the map'], null, {
    'revisions/1/issue.json': pointerTo(MANIFEST_BYTES + 1),
    'revisions/1/issue.json.minisig': pointerTo(MANIFEST_BYTES + 1),
    'revisions/1/body.md': pointerTo(BODY_BYTES + 1),
    'revisions/2/issue.json': pointerTo(MANIFEST_BYTES),
    'revisions/2/issue.json.minisig': pointerTo(300),
    'revisions/2/body.md': pointerTo(BODY_BYTES),
    'revisions/2/files/data.bin': pointerTo(BODY_BYTES + 1),
    'revisions/3/body.md': pointerTo(10)
  }))!
  const paths = kept.locations.map(({ path }) => path).filter(path => path.startsWith('revisions/')).sort()
  t.same(paths, ['revisions/2/body.md', 'revisions/2/files/data.bin', 'revisions/2/issue.json', 'revisions/2/issue.json.minisig'])
})
