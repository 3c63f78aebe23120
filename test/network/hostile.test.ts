import t from 'tap'
import { createIssueId } from '../../shared/format/id.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { RootDocument } from '../../shared/format/root-document.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import { blocksOf } from '../../shared/network/drive-writer.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete, untilProgress } from '../support/network.ts'
import { until } from '../support/until.ts'
import { type Crime, openHostileAuthor } from '../support/hostile-author.ts'
import { appendRawIssue, rawEntries } from '../support/raw-index.ts'

const empty = blake2b256Hex(new Uint8Array(0))
const file = { path: 'files/a.png', type: 'image/png', size: 0, blake2b: empty, alt: '' }

/** Each way in which an issue can be wrong, with what the reader says of it. */
const crimes: { name: string, crime: (id: string) => Crime, code: string, reason: RegExp }[] = [
  { name: 'signed by somebody else', crime: () => ({ signer: createSigningKey() }), code: 'BAD_SIGNATURE', reason: /another key/ },
  { name: 'changed after signing', crime: () => ({ tamper: text => text.replace('Fine', 'Evil') }), code: 'BAD_SIGNATURE', reason: /does not fit/ },
  { name: 'with the comment of another revision', crime: () => ({ comment: 'colporteur issue x y revision 9' }), code: 'BAD_SIGNATURE', reason: /comment/ },
  { name: 'with another text than it names', crime: () => ({ body: '# Evil\n\nText.\n' }), code: 'BAD_HASH', reason: /hash/ },
  { name: 'with a longer text than it names', crime: () => ({ body: '# Fine\n\nText and more.\n' }), code: 'BAD_POINTER', reason: /bytes of body.md/ },
  { name: 'under another id', crime: id => ({ id, manifest: { id: createIssueId(new Date(1)) } }), code: 'BAD_ID', reason: /id/ },
  { name: 'of another newsletter', crime: () => ({ manifest: { newsletter: 'y'.repeat(52) } }), code: 'BAD_ID', reason: /another newsletter/ },
  { name: 'of another writer', crime: () => ({ manifest: { writer: 'w9' } }), code: 'BAD_ID', reason: /another writer/ },
  { name: 'with a file outside its folder', crime: () => ({ manifest: { files: [{ ...file, path: 'files/../../x' }] } }), code: 'BAD_NAME', reason: /slash/ },
  { name: 'with a name that turns the line around', crime: () => ({ manifest: { files: [{ ...file, path: 'files/\u202egnp.exe' }] } }), code: 'BAD_NAME', reason: /direction/ },
  { name: 'with a control character in its title', crime: () => ({ manifest: { title: 'Fine\u001b[2J' } }), code: 'BAD_FORMAT', reason: /title/ },
  { name: 'with too large a text', crime: () => ({ manifest: { body: { path: 'body.md', size: 5 * 1024 * 1024, blake2b: empty } } }), code: 'BAD_FORMAT', reason: /size/ },
  { name: 'with too many files', crime: () => ({ manifest: { files: Array.from({ length: 1001 }, (_, i) => ({ ...file, path: `files/${i}` })) } }), code: 'BAD_FORMAT', reason: /1000 items/ },
  { name: 'with a file that is not there', crime: () => ({ manifest: { files: [file] } }), code: 'BAD_FORMAT', reason: /does not hold/ }
]

t.test('a bad issue spoils only itself, and the reader says why', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const ids = crimes.map((_, i) => createIssueId(new Date(Date.UTC(2025, 0, i + 1))))
  for (const [i, { crime }] of crimes.entries()) await author.publish(ids[i]!, crime(ids[i]!))
  const fine = createIssueId(new Date())
  await author.publish(fine, {})
  await reader.client.subscribe({ body: { address: author.address } })
  await untilProgress(reader, author.address, 'every issue was judged', ({ issues }) => issues.ready === 1 && issues.notVerified === crimes.length)

  for (const [i, { name, code, reason }] of crimes.entries()) {
    const { issue, proof, files } = await reader.client.getIssue({ params: { issue: ids[i]! } })
    t.match(issue, { state: 'notVerified', problem: { code, reason } }, `an issue ${name}`)
    t.match([proof, files], [null, []], 'nothing of it is shown')
    await t.rejects(reader.client.getIssueContent({ params: { issue: ids[i]! } }), { code: 'NOT_VERIFIED', message: reason })
  }
  t.match(await reader.client.verifyIssue({ params: { issue: fine } }), { verified: true })
  t.match(await reader.client.getIssueContent({ params: { issue: fine }, query: { format: 'markdown' } }), { content: '# Fine\n\nText.\n' })
})

t.test('garbage in a drive does not keep a reader from its issues', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const id = createIssueId(new Date())
  await author.publish(id, {})
  await author.append([
    { path: '/newsletter.json', blocks: () => blocksOf(new Uint8Array(10)), metadata: { manifest: '{}', signature: 'no' } },
    { path: '/issues/nonsense/issue.json', blocks: () => [] },
    { path: `/issues/${id}/issue.json/issue.json`, blocks: () => [] }
  ])
  await reader.client.subscribe({ body: { address: author.address } })
  const { progress } = await untilProgress(reader, author.address, 'the issue is ready', ({ issues }) => issues.ready === 1)
  t.equal(progress.issues.known, 1)
  await untilProgress(reader, author.address, 'the newsletter is shown as not verified', ({ state }) => state === 'notVerified')
  t.match(await reader.client.getNewsletter({ params: { newsletter: author.address } }), { title: '', problem: { code: 'BAD_SIGNATURE' } })
})

t.test('a root chain that breaks a rule is refused, and what was known stays', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const id = createIssueId(new Date())
  await author.publish(id, {})
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 1)

  await author.extendRoot({ writers: [] })
  await untilProgress(reader, author.address, 'the reader says what is wrong', ({ state }) => state === 'notVerified')
  t.match(await newsletterOf(reader, author.address), { rootNumber: 0, writers: [{ id: 'w1' }], problem: { code: 'BAD_ROOT', reason: /removes or moves the writer w1/ } })
  t.match(await reader.client.verifyIssue({ params: { issue: id } }), { verified: true })

  t.equal(author.ended, 0)
  author.sendRoot(8)
  await until('the reader has had enough of it', () => author.ended > 0)
})

t.test('a root chain that its keys did not sign is nobody\'s word', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  await author.extendRoot({ state: 'ended' }, [createSigningKey()])
  await reader.client.subscribe({ body: { address: author.address } })
  await untilProgress(reader, author.address, 'the chain is refused', ({ problem }) => problem?.code === 'BAD_SIGNATURE')
  t.match(await newsletterOf(reader, author.address), { rootNumber: null, writers: [] })
})

t.test('a writer whose drive is none spoils its newsletter alone, and the node starts again', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const id = createIssueId(new Date())
  await author.publish(id, {})
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 1)

  const { writers: [honest] } = JSON.parse(new TextDecoder().decode(author.newsletter.chain.documents[0]!.bytes)) as { writers: object[] }
  const drive = await author.serveCore(publicKey => ({ version: 0, signers: [{ publicKey, namespace: Buffer.alloc(32) }] }))
  await author.extendRoot({ writers: [honest, { id: 'w2', name: 'Odd', drive, signingKey: createSigningKey().publicKey }] as never })
  const saysWhy = async (): Promise<void> => {
    await untilProgress(reader, author.address, 'the reader says what is wrong', ({ problem }) => problem?.code === 'BAD_FORMAT')
    t.match(await newsletterOf(reader, author.address), { rootNumber: 1, problem: { reason: /of a kind/ } })
    t.match(await reader.client.verifyIssue({ params: { issue: id } }), { verified: true })
  }
  await saysWhy()
  await reader.restart()
  await saysWhy()
})

t.test('what a sealed writer appended afterwards does not exist', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const [before, after] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date(Date.UTC(2025, 0, 2)))]
  await author.publish(before, {})
  await author.publish(after, {})
  await author.sealAt(4)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 1)
  t.match(await reader.client.getIssue({ params: { issue: before } }), { issue: { state: 'ready' } })
  await t.rejects(reader.client.getIssue({ params: { issue: after } }), { code: 'ISSUE_NOT_FOUND' })
})

t.test('a bad newsletter does not touch a good one on the same node', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const honest = await network.open('honest')
  const good = await createNewsletter(honest, 'Good')
  await publishIssues(honest, good, 3)
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  await author.publish(createIssueId(new Date()), { signer: createSigningKey() })
  await reader.client.subscribe({ body: { address: author.address } })
  await reader.client.subscribe({ body: { address: good } })
  await untilComplete(reader, good, 3)
  await untilProgress(reader, author.address, 'the bad issue was judged', ({ issues }) => issues.notVerified === 1)
  t.match(await reader.client.getStatus(), { issues: { ready: 3, notVerified: 1 } })
})

async function newsletterOf ({ client }: TestNode, newsletter: string): Promise<unknown> {
  return await client.getNewsletter({ params: { newsletter } })
}

t.test('a drive without a place for bytes does not keep a reader from what others publish', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(network.folder + '/hostile', network.bootstrap)
  t.teardown(() => author.close())
  const [first, endless, placeless, last] = [1, 2, 3, 4].map(day => createIssueId(new Date(Date.UTC(2025, 0, day)))) as [string, string, string, string]
  const { address, newsletter: { writer } } = author
  await author.publish(first, {})
  // Of an issue that nobody gives, so large that others wait for it.
  const large = { path: 'files/large', type: 'application/octet-stream', size: 100_000_000, blake2b: empty, alt: '' }
  await author.appendRaw(rawEntries({ address, writer: 'w1', signingKey: writer.signing, id: endless, files: [large] }))
  await reader.client.subscribe({ body: { address } })
  await untilProgress(reader, address, 'it is asked for', ({ issues }) => issues.known === 2 && issues.ready === 1)

  const signingKey = createSigningKey()
  const drive = await author.serveCore(
    publicKey => ({ version: 0, signers: [{ publicKey, namespace: Buffer.alloc(32) }] }),
    rawEntries({ address, writer: 'w2', signingKey, id: placeless, files: [] })
  )
  const [own] = (JSON.parse(new TextDecoder().decode(author.newsletter.chain.documents[0]!.bytes)) as RootDocument).writers
  await author.extendRoot({ writers: [own!, { id: 'w2', name: 'Placeless', drive, signingKey: signingKey.publicKey }] })
  await untilProgress(reader, address, 'the other one waits', ({ issues }) => issues.known === 3)
  await appendRawIssue(author, last)
  await untilProgress(reader, address, 'what comes after it is ready', ({ issues }) => issues.ready === 2)
  t.match(await reader.client.verifyIssue({ params: { issue: last } }), { verified: true })
})
