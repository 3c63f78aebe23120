import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { AppError } from '../../shared/errors.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { Library } from '../../subscriber/library/library.ts'
import type { IssueChange, LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

type Method = 'offerIssues' | 'updateIssue'

/** In each library of this process the first call of a method fails that is a write of this kind; gives in how many it has. */
function failOnce (t: Test, method: Method, isMeant: (args: unknown[]) => boolean = () => true): () => number {
  const works = Library.prototype[method] as (...args: unknown[]) => Promise<never>
  const failed = new Set<Library>()
  Library.prototype[method] = async function (this: Library, ...args: unknown[]) {
    if (failed.has(this) || !isMeant(args)) return await works.apply(this, args)
    failed.add(this)
    throw new AppError('DISK_FULL', 'There is no room.')
  }
  t.teardown(() => { Library.prototype[method] = works })
  return () => failed.size
}

async function untilRevision ({ client }: TestNode, newsletter: string, revision: number): Promise<void> {
  await until(`revision ${revision} is ready`, async () => {
    const { issues: [issue] } = await client.listIssues({ params: { newsletter }, query: {} })
    return issue?.revision === revision && issue.state === 'ready'
  })
}

t.test('an issue that was found while the disk was full is read after all', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Narrow')
  const reader = await network.open('reader')
  const failed = failOnce(t, 'offerIssues')
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  t.ok(failed() > 0)
})

t.test('nor is one lost, or a correction, that came whole while it was', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Narrow')
  const reader = await network.open('reader')
  const failedAtFirst = failOnce(t, 'updateIssue', ([, change]) => (change as IssueChange).state === 'ready')
  const [issue] = await publishIssues(author, newsletter, 1) as [string]
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  t.ok(failedAtFirst() > 0)

  const failedThen = failOnce(t, 'offerIssues', ([offered]) => (offered as LibraryIssue[])[0]?.state === 'ready')
  const path = join(network.folder, 'corrected')
  await mkdir(path)
  await writeFile(join(path, 'index.md'), '# Narrow\n\n[The film](film.bin)\n')
  await writeFile(join(path, 'film.bin'), randomBytes(4_000_000)) // it is known of before it is here
  await author.client.correctIssue({ params: { issue }, body: { source: { path }, change: 'correction' } })
  for (const node of [author, reader]) await untilRevision(node, newsletter, 2)
  t.ok(failedThen() > 0)
})

/** In the node on this home, the first that reads a text of so many bytes does not find it. @returns whether that has been */
function missOnce (t: Test, sizeBytes: number, miss: (reader: DriveReader, block: number) => Promise<void>): () => boolean {
  const works = DriveReader.prototype.read
  let missed = false
  DriveReader.prototype.read = async function * (this: DriveReader, pointer, ...range) {
    if (!missed && pointer.byteLength === sizeBytes) {
      missed = true
      await miss(this, pointer.blockOffset)
    }
    yield * works.call(this, pointer, ...range)
  }
  t.teardown(() => { DriveReader.prototype.read = works })
  return () => missed
}

const ways: [string, (reader: DriveReader, block: number) => Promise<void>][] = [
  ['has gone', async (reader, block) => await reader.clearBlocks([[block, block + 1]])],
  ['can not be read', async () => { throw new AppError('NOT_COMPLETE', 'Some of the bytes are not on this machine yet.') }]
]
for (const [what, miss] of ways) {
  t.test(`an issue of which a block ${what} just when it is checked is no worse for it`, async t => {
    const network = await testNetwork(t)
    const author = await network.open('author')
    const newsletter = await createNewsletter(author, 'Narrow')
    await publishIssues(author, newsletter, 1)
    const issue = await until('its author has it', async () => (await author.client.listIssues({ params: { newsletter } })).issues.find(({ state }) => state === 'ready'))
    const missed = missOnce(t, issue.sizeBytes, miss)
    const reader = await network.open('reader')
    await reader.client.subscribe({ body: { address: newsletter } })
    await untilComplete(reader, newsletter, 1)
    t.ok(missed())
  })
}

t.test('what was called not verified because a block was missing is looked at again at the next start', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Narrow')
  await publishIssues(author, newsletter, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const { issues: refs } = await reader.client.listIssues({ params: { newsletter } })
  await reader.stop()
  const library = new Library({ folder: join(reader.home, 'library') })
  await library.ready()
  for (const [i, code] of (['NOT_COMPLETE', 'BAD_HASH'] as const).entries()) {
    const issue = await library.issue(newsletter, refs[i]!.id)
    await library.updateIssue(issue!, { state: 'notVerified', problem: { code, reason: 'It is said so here.' } })
  }
  await library.close()
  await reader.restart()
  await until('one is ready again', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready === 1)
  t.match(await reader.client.listIssues({ params: { newsletter } }), { issues: [{ state: 'ready', problem: null }, { state: 'notVerified', problem: { code: 'BAD_HASH' } }] })
})
