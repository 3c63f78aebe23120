import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { failures, isAppError } from '../../shared/errors.ts'
import { BUNDLE_CHAINS_BYTES, type BundleBlock, type BundleCore, type BundleRecord } from '../../shared/format/bundle.ts'
import type { CoreExtent } from '../../shared/network/bundles/core-sink.ts'
import { rootNumbers } from '../../shared/network/bundles/merkle-path.ts'
import { BundleCheck } from '../../subscriber/bundles/bundle-check.ts'
import { bundleRecords } from '../../subscriber/bundles/bundle-records.ts'
import { BundleWriter } from '../../subscriber/bundles/bundle-writer.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'

/** Publishes an issue with an attachment of some blocks. */
async function publishLarge ({ client }: TestNode, network: TestNetwork, newsletter: string, title: string): Promise<string> {
  const folder = join(network.folder, `issue ${title}`)
  await mkdir(folder)
  await writeFile(join(folder, 'data.bin'), Buffer.alloc(300_000, title))
  await writeFile(join(folder, 'index.md'), `# ${title}\n\n[Data](data.bin)\n`)
  const { ref } = await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  return ref
}

async function authorWith (t: Test, issues: number): Promise<{ network: TestNetwork, author: TestNode, newsletter: string, refs: string[], file: string }> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Carried by hand')
  const refs: string[] = []
  for (let i = 1; i <= issues; i++) refs.push(await publishLarge(author, network, newsletter, `Issue ${i}`))
  return { network, author, newsletter, refs, file: join(network.folder, 'carried.bundle') }
}

async function states ({ client }: TestNode, newsletter: string): Promise<string[]> {
  const { issues } = await client.listIssues({ params: { newsletter } })
  return issues.map(({ title, state }) => `${title} ${state}`).reverse()
}

t.test('a newsletter carried in a file is complete and verified on a machine without any network, and is served onward', async t => {
  const { network, author, newsletter, refs, file } = await authorWith(t, 3)
  const made = await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  t.match(made.newsletters, [{ newsletter, title: 'Carried by hand', issues: 3, incomplete: 0 }])
  t.equal(made.sizeBytes, (await stat(file)).size)
  await author.stop()

  const offline = await network.open('carrier', { network: false })
  const opened = await offline.client.openBundle({ body: { path: file } })
  t.match(opened.newsletters, [{ newsletter, title: 'Carried by hand', subscribed: true, issues: { new: 3, ready: 3, known: 3 } }])
  t.ok((await offline.client.verifyIssue({ params: { issue: refs[1]! } })).verified)
  t.match((await offline.client.getIssueContent({ params: { issue: refs[0]! }, query: { format: 'markdown' } })).content, 'files/data.bin')
  const again = await offline.client.openBundle({ body: { path: file } })
  t.match(again, { newBytes: 0, newsletters: [{ subscribed: false, issues: { new: 0, ready: 3 } }] }, 'opened again it brings nothing twice')
  await offline.stop()

  const carrier = await network.open('carrier')
  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, 3)
  t.ok((await newcomer.client.verifyIssue({ params: { issue: refs[2]! } })).verified, 'from the one who opened the file')
  t.equal((await states(carrier, newsletter)).length, 3)
})

t.test('single issues come one by one, whatever is here already', async t => {
  const { network, author, newsletter, refs, file } = await authorWith(t, 4)
  const reader = await network.open('reader', { network: false })
  const carry = async (from: TestNode, body: { issues?: string[], newsletters?: string[] }): Promise<void> => {
    await from.client.makeBundle({ body: { path: file, ...body } })
    await reader.client.openBundle({ body: { path: file } })
  }
  await carry(author, { issues: [refs[1]!] })
  t.same(await states(reader, newsletter), ['Issue 1 waiting', 'Issue 2 ready', 'Issue 3 waiting', 'Issue 4 waiting'])
  await carry(author, { issues: [refs[3]!] })
  t.same(await states(reader, newsletter), ['Issue 1 waiting', 'Issue 2 ready', 'Issue 3 waiting', 'Issue 4 ready'])
  await publishIssues(author, newsletter, 3, 5)
  await carry(author, { issues: [refs[0]!] })
  t.equal((await states(reader, newsletter)).join(), 'Issue 1 ready,Issue 2 ready,Issue 3 waiting,Issue 4 ready,Issue 5 waiting,Issue 6 waiting,Issue 7 waiting')
  await t.rejects(carry(reader, { issues: [refs[2]!] }), { code: 'NOT_COMPLETE' }, 'what is not complete can not be carried')

  const second = await network.open('second', { network: false })
  await reader.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  await second.client.openBundle({ body: { path: file } })
  t.equal((await states(second, newsletter)).filter(state => state.endsWith('ready')).length, 3, 'a reader who has only a part carries that part on')
  await carry(author, { newsletters: [newsletter] })
  t.equal((await states(reader, newsletter)).filter(state => state.endsWith('ready')).length, 7)
})

t.test('an older bundle gives what it has to a node that knows of newer issues', async t => {
  const { network, author, newsletter, refs, file } = await authorWith(t, 3)
  await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  const old = await readFile(file)
  for (let i = 4; i <= 6; i++) refs.push(await publishLarge(author, network, newsletter, `Issue ${i}`))
  await author.client.makeBundle({ body: { path: file, issues: [refs[5]!] } })
  const reader = await network.open('reader', { network: false })
  await reader.client.openBundle({ body: { path: file } })
  await writeFile(file, old)
  t.match(await reader.client.openBundle({ body: { path: file } }), { leftOutBytes: 0, newsletters: [{ issues: { new: 3, ready: 4, known: 6 } }] })
  t.same(await states(reader, newsletter), ['Issue 1 ready', 'Issue 2 ready', 'Issue 3 ready', 'Issue 4 waiting', 'Issue 5 waiting', 'Issue 6 ready'])
  await author.stop()
  await reader.restart()
  t.ok((await reader.client.verifyIssue({ params: { issue: refs[2]! } })).verified)
})

t.test('a bundle for somebody who has a part of it carries the rest alone', async t => {
  const { network, author, newsletter, file } = await authorWith(t, 3)
  const reader = await network.open('reader', { network: false })
  await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  const whole = (await stat(file)).size
  await reader.client.openBundle({ body: { path: file } })
  await publishLarge(author, network, newsletter, 'Issue 4')

  const want = join(network.folder, 'want.json')
  await reader.client.writeWant({ body: { path: want } })
  const { sizeBytes } = await author.client.makeBundle({ body: { path: file, want } })
  t.ok(sizeBytes < whole / 2, `${sizeBytes} bytes instead of ${whole}`)
  t.match(await reader.client.openBundle({ body: { path: file } }), { newsletters: [{ issues: { new: 1, ready: 4 } }] })

  const newcomer = await network.open('newcomer', { network: false })
  await t.rejects(newcomer.client.openBundle({ body: { path: file } }), { code: 'BUNDLE_GAP' }, 'who has nothing is told that it is not for them')
  t.same((await newcomer.client.listSubscriptions()).subscriptions, [])
})

t.test('a bundle of what came since a day follows on what was there before', async t => {
  const { network, author, newsletter, file } = await authorWith(t, 2)
  const reader = await network.open('reader', { network: false })
  await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  await reader.client.openBundle({ body: { path: file } })
  const { issues: [newest] } = await author.client.listIssues({ params: { newsletter } })
  const since = new Date(Date.parse(newest!.publishedAt) + 1).toISOString()
  await publishLarge(author, network, newsletter, 'Issue 3')
  const made = await author.client.makeBundle({ body: { path: file, newsletters: [newsletter], since } })
  t.match(made.newsletters, [{ issues: 1 }])
  t.match(await reader.client.openBundle({ body: { path: file } }), { newsletters: [{ issues: { new: 1, ready: 3 } }] })
})

t.test('what waits for the network is ready when a bundle brings it', async t => {
  const { network, author, newsletter, refs, file } = await authorWith(t, 2)
  await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  const whole = await readFile(file)
  await author.client.makeBundle({ body: { path: file, issues: [refs[0]!] } })
  await author.stop()
  const reader = await network.open('reader')
  await reader.client.openBundle({ body: { path: file } })
  t.same(await states(reader, newsletter), ['Issue 1 ready', 'Issue 2 waiting'])
  await writeFile(file, whole)
  await reader.client.openBundle({ body: { path: file } })
  t.same(await states(reader, newsletter), ['Issue 1 ready', 'Issue 2 ready'])
})

t.test('a bundle that is damaged or cut off anywhere is refused, and nothing of it is taken over', async t => {
  const { network, author, newsletter, file } = await authorWith(t, 2)
  await author.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  const whole = await readFile(file)
  const check = async (bytes: Uint8Array): Promise<unknown> => {
    await writeFile(file, bytes)
    const check = new BundleCheck(async () => ({ length: 0, whole: 0, known: [] }))
    try {
      for await (const record of bundleRecords(file)) await check.take(record)
      check.end()
      return 'accepted'
    } catch (error) {
      return isAppError(error) && failures[error.code].exit === 5 ? 'refused' : error
    }
  }
  t.equal(await check(whole), 'accepted')
  const places = Array.from({ length: 150 }, (_, i) => Math.floor(i * whole.length / 150))
  for (const place of [...places, ...Array.from({ length: 60 }, (_, i) => i)]) {
    const bytes = Uint8Array.from(whole)
    bytes[place]! ^= 0x41
    const outcome = await check(bytes)
    if (outcome !== 'refused') t.equal(outcome, 'refused', `byte ${place} changed`)
    const cut = await check(whole.subarray(0, place))
    if (cut !== 'refused') t.equal(cut, 'refused', `cut off after ${place} bytes`)
  }
  t.equal(await check(Buffer.concat([whole, Buffer.from('more')])), 'refused')

  const reader = await network.open('reader', { network: false })
  await writeFile(file, whole.subarray(0, whole.length - 40))
  await t.rejects(reader.client.openBundle({ body: { path: file } }), { code: 'BAD_BUNDLE', message: /cut off/ })
  for (const [bytes, message] of [[whole, /damaged/], [whole.subarray(0, 60_000), /./], [new Uint8Array(), /is not a bundle/]] as const) {
    await writeFile(file, bytes)
    await truncate(file, 4 * 2 ** 30)
    await t.rejects(reader.client.openBundle({ body: { path: file } }), { code: /^BAD_/, message }, `4 GB, ${bytes.length} bytes of them something`)
  }
  await writeFile(file, 'a text')
  await t.rejects(reader.client.openBundle({ body: { path: file } }), { code: 'BAD_BUNDLE', message: /is not a bundle/ })
  await t.rejects(reader.client.openBundle({ body: { path: network.folder } }), { code: 'BAD_SOURCE', message: /is a folder/ })
  await t.rejects(reader.client.openBundle({ body: { path: `${file}\u0000` } }), { code: 'BAD_REQUEST' })
  t.same((await reader.client.listNewsletters()).newsletters, [])
})

t.test('a bundle passes nothing off as another newsletter\'s', async t => {
  const { network, author, newsletter, file } = await authorWith(t, 1)
  const other = await createNewsletter(author, 'Another')
  await publishIssues(author, other, 1)
  const recordsOf = async (newsletters: string[]): Promise<BundleRecord[]> => {
    await author.client.makeBundle({ body: { path: file, newsletters } })
    const records = []
    for await (const record of bundleRecords(file)) records.push(record)
    return records
  }
  const [ours, theirs] = [await recordsOf([newsletter]), await recordsOf([other])]
  const reader = await network.open('reader', { network: false })
  const open = async (records: BundleRecord[]): Promise<unknown> => {
    const writer = await BundleWriter.create(file)
    for (const record of records) await writer.write(record)
    await writer.finish()
    return await reader.client.openBundle({ body: { path: file } })
  }
  const change = (type: BundleRecord['type'], of: (record: never) => BundleRecord): BundleRecord[] =>
    ours.map(record => record.type === type ? of(record as never) : record)

  await t.rejects(open([ours[0]!, ...theirs.slice(1)]), { code: 'UNKNOWN_WRITER' }, 'the drive of a stranger')
  await t.rejects(open([{ ...theirs[0]!, address: newsletter } as BundleRecord, ...ours.slice(1)]), { code: 'BAD_ID' }, 'the root of another newsletter')
  await t.rejects(open(change('core', ({ core }: { core: BundleCore }) => ({ type: 'core', core: { ...core, signer: new Uint8Array(32) } }))), { code: 'BAD_ID' })
  await t.rejects(open(change('core', ({ core }: { core: BundleCore }) => ({ type: 'core', core: { ...core, signature: new Uint8Array(66) } }))), { code: 'BAD_SIGNATURE' })
  await t.rejects(open(change('block', ({ block }: { block: BundleBlock }) => ({ type: 'block', block: { ...block, bytes: block.bytes.map(byte => byte ^ 1) } }))), { code: 'BAD_HASH', message: /Nothing of the bundle was taken over/ })
  await t.rejects(open(ours.filter(({ type }) => type !== 'core')), { code: 'BAD_FORMAT' })
  await t.rejects(open([...ours, ...ours]), { code: 'BAD_FORMAT' })
  await t.rejects(open(ours.toReversed()), { code: 'BAD_FORMAT' })
  await t.rejects(open([]), { code: 'BAD_FORMAT' })
  const documents = [{ bytes: new Uint8Array(BUNDLE_CHAINS_BYTES), signatures: [] }]
  const endless = { type: 'newsletter', address: other, chain: { keys: new Uint8Array(), documents } } as BundleRecord
  const check = async (records: BundleRecord[], extentHere: (core: BundleCore) => CoreExtent): Promise<void> => {
    const check = new BundleCheck(core => Promise.resolve(extentHere(core)))
    for (const record of records) await check.take(record)
    check.end()
  }
  const nothing = (): CoreExtent => ({ length: 0, whole: 0, known: [] })
  await t.rejects(check([...ours, endless], nothing), { code: 'TOO_LARGE' }, 'root chains that fill the memory')
  const another = ({ length, roots }: BundleCore): CoreExtent => {
    return { length, whole: length, known: roots.map(({ size }, i) => ({ index: rootNumbers(length)[i]!, size, hash: Buffer.alloc(32) })) }
  }
  const oursIsAnother = (core: BundleCore): CoreExtent => z32.encode(core.drive) === driveOf(ours) ? another(core) : nothing()
  await t.rejects(check([...theirs, ...ours], oursIsAnother), { code: 'BAD_HASH', message: /two different histories/ }, 'found before anything is taken over')
  t.same((await reader.client.listNewsletters()).newsletters, [], 'nothing was taken over')
  t.match(await open(ours), { newsletters: [{ issues: { new: 1 } }] }, 'and what is right is taken afterwards')
})

function driveOf (records: BundleRecord[]): string | null {
  const found = records.find(record => record.type === 'core')
  return found ? z32.encode(found.core.drive) : null
}

t.test('a bundle and a file of wants replace nothing but older ones, and the wants of others are files of a size', async t => {
  const { network, author, newsletter, file } = await authorWith(t, 1)
  const thesis = join(network.folder, 'thesis')
  await writeFile(thesis, 'My thesis')
  const make = async (path: string, want?: string): Promise<unknown> =>
    await author.client.makeBundle({ body: { path, newsletters: [newsletter], ...(want !== undefined && { want }) } })
  const writeWant = (path: string): Promise<unknown> => author.client.writeWant({ body: { path } })
  for (const write of [make, writeWant]) {
    await t.rejects(write(thesis), { code: 'CONFLICT', message: /is there already/ })
    await t.rejects(write(network.folder), { code: 'BAD_SOURCE' })
    await t.rejects(write(join(network.folder, 'no', 'where')), { code: 'BAD_SOURCE' })
    await write(file)
    await t.resolves(write(file), 'its own kind is replaced')
    await rm(file)
  }
  t.equal(await readFile(thesis, 'utf8'), 'My thesis')
  const want = join(network.folder, 'wanted.json')
  for (const bytes of ['{', '[]', '{"colporteur":1,"kind":"want","newsletters":{"__proto__":[]}}']) {
    await writeFile(want, bytes)
    await t.rejects(make(file, want), { code: 'BAD_FORMAT' })
  }
  await truncate(want, 4 * 2 ** 30)
  await t.rejects(make(file, want), { code: 'TOO_LARGE' })
  await t.rejects(make(file, network.folder), { code: 'BAD_SOURCE', message: /is a folder/ })
  await t.rejects(make(file, join(network.folder, 'none')), { code: 'BAD_SOURCE' })
  t.same((await readdir(network.folder)).filter(name => /^\.|bundle/.test(name)), [], 'nothing is left of what failed')
})
