import t from 'tap'
import type { IssueManifestFile } from '../../shared/format/issue.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import type { LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { PictureChecks } from '../../subscriber/reading/picture-checks.ts'
import { onePixelPng } from '../support/pictures.ts'

t.test('of pictures that are asked for one by one only so many wait, and those of a page are looked at all the same', async t => {
  let release!: () => void
  const held = new Promise<void>(resolve => { release = resolve })
  const size = onePixelPng.length
  const files: IssueManifestFile[] = ['a', 'b', 'c', 'd'].map(name => ({ path: `files/${name}.png`, type: 'image/png', size, blake2b: name, alt: '' }))
  const issue = { locations: files.map(({ path }, i) => ({ path, blockOffset: i, byteLength: size })) } as LibraryIssue
  const read = async function * (_part: unknown, start: number, end: number): AsyncGenerator<Uint8Array> {
    await held
    yield onePixelPng.subarray(start, end + 1)
  }
  const readable = { issue, reader: { key: 'drive', read } as unknown as DriveReader }
  const thread = new PictureThread()
  t.teardown(() => thread.terminate())
  const checks = new PictureChecks(thread, { mostWaiting: 2 })
  const [a, b, c] = files as [IssueManifestFile, IssueManifestFile, IssueManifestFile]

  const waiting = [checks.file(readable, a), checks.file(readable, b)]
  await t.rejects(checks.file(readable, c), { code: 'TOO_MANY_REQUESTS' })
  waiting.push(checks.file(readable, a)) // that one is being looked at
  const page = checks.files(readable, files)
  release()
  t.same(await Promise.all(waiting), [a, b, a])
  t.same(await page, files)
  t.same(await checks.file(readable, c), c)
})
