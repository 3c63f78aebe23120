import t from 'tap'
import { allPlaces } from '../../subscriber/library/all-places.ts'
import { Library } from '../../subscriber/library/library.ts'
import { issuesToHold } from '../../subscriber/policy/issues-to-hold.ts'

const ADDRESS = 'a'.repeat(52)
const MANY = 30
const MANIFEST_BYTES = 200_000
const PARTS = 1_000

t.test('of issues with the largest manifests and the most parts few are read at once, and all of them, once', async t => {
  const library = new Library({ folder: t.testdir() })
  await library.ready()
  t.teardown(() => library.close())
  await library.putNewsletter({
    address: ADDRESS, role: 'subscribed', subscribed: true, title: 'Long', description: '', language: 'en', authors: [], licence: '', website: '', rhythm: '',
    describedAt: '', problem: null, addedAt: '2024-01-01T00:00:00.000Z'
  })
  const ids = Array.from({ length: MANY }, (_, i) => String(MANY - i).padStart(3, '0'))
  await library.putIssues(ids.map((id, i) => ({
    newsletter: ADDRESS, id, writer: 'w1', seq: i + 1, number: i + 1, revision: 1, change: 'original', title: id, subtitle: '', summary: '', authors: [], tags: [],
    language: 'en', publishedAt: `2024-05-01T00:00:00.${id}Z`, bodyHash: 'h', manifest: 'x'.repeat(MANIFEST_BYTES), signature: '', state: 'ready', problem: null,
    sizeBytes: 100, haveBytes: 100, parts: PARTS, haveParts: PARTS,
    locations: Array.from({ length: PARTS }, (_, j) => ({ path: `files/${j}.png`, blockOffset: j, blockLength: 1, byteOffset: 65_536 * j, byteLength: 100 }))
  })))

  const pages: string[][] = []
  for await (const issues of issuesToHold(ADDRESS, library)) pages.push(issues.map(({ id }) => id))
  t.same(pages.flat(), ids, 'the newest first')
  t.ok(pages.every(({ length }) => length <= 2), 'a few hundred kilobytes at a time', { pages: pages.map(({ length }) => length) })

  const { places } = library
  const read: number[] = []
  library.places = async (...query) => {
    const page = await places.apply(library, query)
    read.push(page.length)
    return page
  }
  const found: string[] = []
  for await (const { id } of allPlaces(ADDRESS, library)) found.push(id)
  t.same(found, ids)
  t.ok(read.every(length => length <= 15), 'a megabyte at a time', { read })
})
