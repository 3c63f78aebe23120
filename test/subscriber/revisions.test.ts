import { join } from 'node:path'
import t from 'tap'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { type IssueManifest, signManifest } from '../../shared/format/issue.ts'
import { issuePath, revisionPath } from '../../shared/format/paths.ts'
import { blocksOf, DriveWriter, type NewFile } from '../../shared/network/drive-writer.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { Peer } from '../../shared/network/peer.ts'
import { compareTexts } from '../../subscriber/reading/compare.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { MANIFEST, recordOf, SIGNATURE } from '../../subscriber/following/issue-record.ts'
import { readRevisions, revisionNumbered } from '../../subscriber/reading/revisions.ts'
import { fineManifest } from '../support/hostile-author.ts'
import { log } from '../support/network.ts'

const ID = '01ke70ehg0zzzzzzzzzzzzzzzz'
const REVISIONS = 40
const TEXT_BYTES = 512 * 1024
const utf8 = new TextEncoder()

t.test('texts of very many lines are not compared line by line', async t => {
  t.same(compareTexts('a\nb\n', 'a\nc\n'), [{ kind: 'same', text: 'a' }, { kind: 'removed', text: 'b' }, { kind: 'added', text: 'c' }])
  t.equal(compareTexts('\n'.repeat(2_000_000), 'a\n'.repeat(2_000_000)), null)
  t.equal(compareTexts('a', 'a\n'.repeat(50_000)), null)
  t.same(compareTexts('a\n'.repeat(2_000_000), 'a\n'.repeat(2_000_000)), [])
})

t.test('a list of revisions holds none of their texts, of which a few bytes of a drive can make hundreds', async t => {
  const peer = new Peer({ folder: join(t.testdir(), 'store'), network: null, log })
  await peer.ready()
  t.teardown(() => peer.close())
  const { address, chain, writer } = newNewsletter('Revised')
  const drive = new DriveWriter(peer, writer.drive)
  await drive.ready()
  t.teardown(() => drive.close())
  const text = Buffer.alloc(TEXT_BYTES, 'One text for all.\n')
  await drive.append([{ path: issuePath(ID, 'body.md'), blocks: () => blocksOf(text) }])
  const textAt = (await drive.pointerOf(issuePath(ID, 'body.md')))!

  const names: string[] = []
  const files: NewFile[] = []
  const first = fineManifest(address, writer.id, ID, text)
  let newest = { manifest: first, ...signManifest(first, writer.signing) }
  for (let revision = 1; revision <= REVISIONS; revision++) {
    if (revision > 1) {
      const previous = blake2b256Hex(newest.bytes)
      const manifest: IssueManifest = { ...first, revision, change: 'typo', note: `Revision ${revision}`, previous, revisedAt: '2026-02-01T00:00:00.000Z' }
      newest = { manifest, ...signManifest(manifest, writer.signing) }
    }
    const { bytes, signature } = newest
    const at = (name: string): string => revision === REVISIONS ? name : revisionPath(revision, name)
    const [manifestAt, signatureAt, bodyAt] = [at(MANIFEST), at(SIGNATURE), at('body.md')]
    names.push(manifestAt, signatureAt, bodyAt)
    files.push(
      { path: issuePath(ID, manifestAt), blocks: () => blocksOf(bytes) },
      { path: issuePath(ID, signatureAt), blocks: () => blocksOf(utf8.encode(signature)) },
      { path: issuePath(ID, bodyAt), pointer: textAt }
    )
  }
  await drive.append(files)
  const locations = await Promise.all(names.map(async path => ({ path, ...(await drive.pointerOf(issuePath(ID, path)))! })))
  const { manifest, bytes, signature } = newest
  const issue = recordOf({ newsletter: address, writer: writer.id, id: ID, seq: 1 }, manifest, { text: Buffer.from(bytes).toString('utf8'), signature }, locations)
  const reader = new DriveReader(peer, drive.key, { live: false })
  await reader.ready()
  t.teardown(() => reader.close())

  const history = { issue, reader, root: { chain: readRootChain(address, chain), dispute: null } }
  const read = await readRevisions(history)
  t.match(read, Array.from({ length: REVISIONS }, (_, i) => ({ revision: REVISIONS - i, verified: true, problem: null, readable: true })))
  t.ok(JSON.stringify(read).length < TEXT_BYTES, 'what is kept of them is small')
  t.match(await revisionNumbered(history, read, 7), { view: { note: 'Revision 7', verified: true }, markdown: text.toString('utf8') })
  await t.rejects(revisionNumbered(history, read, REVISIONS + 1), { code: 'NOT_FOUND', message: /has no revision 41/ })
})
