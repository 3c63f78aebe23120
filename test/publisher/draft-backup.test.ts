import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { DraftAttachments } from '../../publisher/drafts/draft-attachments.ts'
import { DraftBacking } from '../../publisher/drafts/draft-backup.ts'
import { DraftIndex } from '../../publisher/drafts/draft-index.ts'
import { DraftShelf } from '../../publisher/drafts/draft-shelf.ts'
import { newDraft } from '../../publisher/drafts/next-text.ts'
import { Unannounced } from '../../publisher/keys/unannounced.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { folderSyncs } from '../support/folder-syncs.ts'
import { log } from '../support/network.ts'

const PATHS = process.platform === 'linux' ? false : 'a folder that is open tells its path on Linux alone'

interface Desk { folder: string, shelf: DraftShelf, index: DraftIndex, write: (title: string, markdown: string) => Promise<string> }

/** Drafts in a folder, and nothing else of a node. */
async function openDesk (t: Test): Promise<Desk> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'colporteur-drafts-')))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const shelf = new DraftShelf(join(folder, 'drafts'), log)
  const index = new DraftIndex(shelf, { changed: () => {}, removed: () => {} })
  await index.open()
  const write = async (title: string, markdown: string): Promise<string> => {
    const id = createIssueId(new Date())
    await index.add({ ...newDraft(id, 'newsletter', 'en'), title, markdown })
    return id
  }
  return { folder, shelf, index, write }
}

async function * oneBlock (content: string): AsyncGenerator<Uint8Array> { yield Buffer.from(content) }

t.test('what goes out or is discarded while a backup is made is left out of it, and what is being read comes whole', async t => {
  const { index, write } = await openDesk(t)
  const [first, second, third] = [await write('First', 'One'), await write('Second', 'Two'), await write('Third', 'Three')]
  const files = new DraftAttachments(index)
  await files.put(first, { name: 'a.txt', bytes: oneBlock('The file.') })
  const found: [string, string][] = []
  for await (const { name, sizeBytes, bytes } of new DraftBacking(index).entries()) {
    if (name === `${first}/draft.json`) {
      await files.put(first, { name: 'b.txt', bytes: oneBlock('It came later.') })
      await files.remove(first, 'a.txt')
      await index.archive(first, `${first}@newsletter`)
      await index.discard(second)
    }
    const blocks: Uint8Array[] = []
    for await (const block of bytes) blocks.push(block)
    const content = Buffer.concat(blocks).toString('utf8')
    t.equal(Buffer.byteLength(content), sizeBytes)
    found.push([name.slice(0, name.indexOf('/')), content])
  }
  t.same(found.map(([id]) => id), [first, first, third])
  t.match(JSON.parse(found[0]![1]), { title: 'First', files: [{ name: 'a.txt' }] })
  t.equal(found[1]![1], 'The file.')
  t.match(JSON.parse(found[2]![1]), { title: 'Third' })
})

t.test('a file that is asked for in many parts is read through once, and anew when it is another', async t => {
  const { shelf, index, write } = await openDesk(t)
  const id = await write('First', 'One')
  const files = new DraftAttachments(index)
  const { files: [file] } = await files.put(id, { name: 'a.txt', bytes: oneBlock('The file.') })
  t.match(file, { name: 'a.txt' })
  const { digestHex } = Blake2b256Stream.prototype
  t.teardown(() => { Blake2b256Stream.prototype.digestHex = digestHex })
  let read = 0
  Blake2b256Stream.prototype.digestHex = function () {
    read++
    return digestHex.call(this)
  }
  const { hash } = await files.open(id, 'a.txt')
  t.match(await files.open(id, 'a.txt'), { hash, sizeBytes: 9, type: file!.type })
  t.equal(read, 1)
  await writeFile(shelf.folder(id).filePath(hash), 'Another file.')
  await t.rejects(files.open(id, 'a.txt'), { code: 'DAMAGED' })
  await t.rejects(files.open(id, 'a.txt'), { code: 'DAMAGED' })
  t.equal(read, 3)
})

t.test('what was renamed or removed stays so after a power cut', { skip: PATHS }, async t => {
  const { folder, shelf, index, write } = await openDesk(t)
  const drafts = join(folder, 'drafts')
  const id = await write('First', 'One')
  const unannounced = new Unannounced(folder)
  await unannounced.mark(id)
  const draft = await index.read(id)
  const { folders } = await folderSyncs(t)
  const syncsOf = async (work: Promise<unknown>): Promise<string[]> => {
    folders.length = 0
    await work
    return [...folders]
  }
  const uploaded = shelf.folder(id).uploadPath()
  await writeFile(uploaded, 'bytes')
  t.same(await syncsOf(shelf.folder(id).addFile(uploaded, '0'.repeat(64))), [join(drafts, id, 'files')])
  t.same(await syncsOf(shelf.archive(id)), [join(drafts, 'published'), drafts])
  const came = join(folder, 'opening', id)
  await new DraftShelf(join(folder, 'opening'), log).add(draft)
  t.same((await syncsOf(shelf.adopt(came, draft))).slice(1), [drafts, join(folder, 'opening')])
  t.same(await syncsOf(unannounced.forget(id)), [join(folder, id)])
  t.same(await syncsOf(unannounced.forget(id)), [], 'there is nothing to remove')
})
