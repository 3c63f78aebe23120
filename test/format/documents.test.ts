import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { formatAddress, parseAddress } from '../../shared/format/address.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId, isIssueId } from '../../shared/format/id.ts'
import { type IssueManifest, readManifest, signManifest, verifyManifest } from '../../shared/format/issue.ts'
import { MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { type NewsletterDocument, signNewsletter, verifyNewsletter } from '../../shared/format/newsletter.ts'
import { checkFileName, checkFilePath, parseIssuePath } from '../../shared/format/paths.ts'
import { createSigningKey, sign, verifySignature } from '../../shared/format/signature.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { createWords, normalizeWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { makeVectors, readVectors, type Vectors } from './make-vectors.ts'

const vectors = await readVectors()
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = createSigningKey(new Uint8Array(32).fill(1))

t.test('the code makes the vectors that the specification quotes', async t => {
  t.same(await makeVectors(), vectors)
})

t.test('an address is read in every spelling, and everything else is refused', async t => {
  const { address, hex } = vectors.address
  for (const text of [address, `colporteur://${address}`, `COLPORTEUR://${address.toUpperCase()}`, ` ${address}/\n`, hex, hex.toUpperCase(), `colporteur://${hex}`]) {
    t.same(parseAddress(text), { address, readingKey: null }, text)
  }
  t.same(parseAddress(`${address}#secret`), { address, readingKey: 'secret' })
  t.equal(formatAddress(address), `colporteur://${address}`)
  for (const text of ['', 'colporteur://', address.slice(1), `${address}y`, hex.slice(2), address.slice(0, -1) + 'l', address.slice(0, -1) + '9', `https://${address}`, `${address} ${address}`]) {
    t.throws(() => parseAddress(text), { code: 'BAD_ADDRESS' }, JSON.stringify(text))
  }
})

t.test('recovery words are checked as a person writes them', async t => {
  const words = createWords()
  t.equal(words.split(' ').length, 24)
  t.equal(normalizeWords(`  ${words.toUpperCase().replaceAll(' ', '\n ')} `), words)
  t.same(rootKeyFromWords(words, 3), rootKeyFromWords(words.replaceAll(' ', ',  '), 3))
  const list = vectors.words.words.split(' ')
  t.throws(() => normalizeWords(list.slice(1).join(' ')), { code: 'BAD_WORDS', message: /23 words/ })
  t.throws(() => normalizeWords(list.with(4, 'abandonn').join(' ')), { code: 'BAD_WORDS', message: /Word 5/ })
  t.throws(() => normalizeWords(list.with(4, 'art').join(' ')), { code: 'BAD_WORDS', message: /do not fit/ })
})

t.test('a signature holds for these bytes, this comment and this key alone', async t => {
  const signature = sign(bytesOf('text'), key, 'comment')
  t.same(verifySignature(bytesOf('text'), signature, key.publicKey), { trustedComment: 'comment' })
  const [untrusted, first, , second] = signature.split('\n') as [string, string, string, string]
  const legacy = Buffer.from(first, 'base64')
  legacy[1] = 'd'.charCodeAt(0)
  const wrong: [what: string, bytes: string, signature: string, publicKey: string][] = [
    ['other bytes', 'texT', signature, key.publicKey],
    ['another comment', 'text', signature.replace('trusted comment: comment', 'trusted comment: Comment'), key.publicKey],
    ['another key', 'text', signature, createSigningKey().publicKey],
    ['the older algorithm', 'text', signature.replace(first, legacy.toString('base64')), key.publicKey],
    ['a cut signature', 'text', signature.replace(first, first.slice(4)), key.publicKey],
    ['a cut comment signature', 'text', signature.replace(second, ''), key.publicKey],
    ['no comment', 'text', [untrusted, first].join('\n'), key.publicKey],
    ['something behind it', 'text', signature + 'more', key.publicKey],
    ['nothing', 'text', '', key.publicKey],
    ['far too much', 'text', signature + '\n'.repeat(5_000), key.publicKey]
  ]
  for (const [what, bytes, signature, publicKey] of wrong) t.throws(() => verifySignature(bytesOf(bytes), signature, publicKey), { code: 'BAD_SIGNATURE' }, what)
})

t.test('an id is a lower-case ULID that sorts by time', async t => {
  const [a, b] = [createIssueId(new Date(1000)), createIssueId(new Date(2000))]
  t.ok(isIssueId(a) && isIssueId(b) && a < b)
  for (const text of ['', a.toUpperCase(), a + '0', a.slice(1), `8${a.slice(1)}`, a.replace(/.$/, 'u'), `${a}\n`]) t.notOk(isIssueId(text), JSON.stringify(text))
  t.throws(() => createIssueId(new Date(-1)), { code: 'BAD_SOURCE' })
  t.throws(() => createIssueId(new Date(NaN)), { code: 'BAD_SOURCE' })
  t.same(parseIssuePath(`/issues/${a}/files/x`), { id: a, rest: 'files/x' })
  for (const path of ['/issues/', `/issues/${a}`, `/Issues/${a}/x`, '/issues/x/y', '/newsletter.json']) t.equal(parseIssuePath(path), null, path)
})

t.test('a file name means one file, to every system and every eye', async t => {
  for (const name of ['a', 'pack.png', 'Ré sumé.pdf', '.hidden', '…', '日本語.txt', 'a'.repeat(255), '🎒.png']) t.doesNotThrow(() => checkFileName(name))
  const refused = ['', '.', '..', 'a/b', 'a\\b', '../a', 'a\u0000', 'a\nb', 'a\u007f', 'a\u202eb', 'a\u2066b', 'a\u200fb', 'a\u2028b', 'e\u0301', 'a'.repeat(256), 'é'.repeat(128), '\ud800']
  for (const [i, name] of refused.entries()) t.throws(() => checkFileName(name), { code: 'BAD_NAME' }, `refused name ${i}`)
  for (const path of ['x', 'files', 'files/', 'Files/x', '/files/x', 'files/x/y', 'files//x']) t.throws(() => checkFilePath(path), { code: 'BAD_NAME' }, path)
})

t.test('a manifest keeps to its shape and its limits', async t => {
  const fine = JSON.parse(vectors.issue.text) as IssueManifest
  const [file] = fine.files as [IssueManifest['files'][number]]
  const read = (change: object): IssueManifest => readManifest(writeJson({ ...fine, ...change }))
  t.same(read({}), fine)
  t.same(read({ later: { version: 2 } }), { ...fine, later: { version: 2 } }, 'what is not known means nothing')
  t.doesNotThrow(() => read({ title: '😀'.repeat(500), summary: 'two\nlines' }))
  t.throws(() => read({ title: '😀'.repeat(501) }), { code: 'BAD_FORMAT' }, 'code points are counted')
  t.doesNotThrow(() => read({ revision: 2, change: 'typo', previous: blake2b256Hex(bytesOf('1')), note: 'two\nlines' }))
  const wrong: [code: string, change: object][] = [
    ['BAD_FORMAT', { colporteur: 2 }],
    ['BAD_FORMAT', { kind: 'root' }],
    ['BAD_FORMAT', { newsletter: fine.newsletter.slice(1) }],
    ['BAD_FORMAT', { id: fine.id.toUpperCase() }],
    ['BAD_FORMAT', { number: 0 }],
    ['BAD_FORMAT', { number: 1.5 }],
    ['BAD_FORMAT', { number: '1' }],
    ['BAD_FORMAT', { title: '' }],
    ['BAD_FORMAT', { title: 'a\u001b[31m' }],
    ['BAD_FORMAT', { title: 'a\nb' }],
    ['BAD_FORMAT', { title: 'a'.repeat(501) }],
    ['BAD_FORMAT', { title: undefined }],
    ['BAD_FORMAT', { summary: 'a\u2028b' }],
    ['BAD_FORMAT', { summary: 'a\tb' }],
    ['BAD_FORMAT', { authors: ['Inés'] }],
    ['BAD_FORMAT', { language: 'en"><script>' }],
    ['BAD_FORMAT', { publishedAt: '2026-01-05' }],
    ['BAD_FORMAT', { publishedAt: '2026-13-05T12:00:00.000Z' }],
    ['BAD_FORMAT', { change: 'edit' }],
    ['BAD_FORMAT', { change: 'correction' }],
    ['BAD_FORMAT', { revision: 2, change: 'correction' }],
    ['BAD_FORMAT', { revision: 2, previous: blake2b256Hex(bytesOf('1')) }],
    ['BAD_FORMAT', { body: { ...fine.body, path: 'other.md' } }],
    ['BAD_FORMAT', { body: { ...fine.body, size: 4 * 1024 * 1024 + 1 } }],
    ['BAD_FORMAT', { body: { ...fine.body, blake2b: 'A'.repeat(64) } }],
    ['BAD_FORMAT', { files: [{ ...file, size: 1024 ** 3 + 1 }] }],
    ['BAD_FORMAT', { files: [{ ...file, size: -1 }] }],
    ['BAD_FORMAT', { files: [{ ...file, type: 'text/html; charset=x' }] }],
    ['BAD_FORMAT', { files: Array.from({ length: 1001 }, (_, i) => ({ ...file, path: `files/${i}` })) }],
    ['BAD_NAME', { files: [{ ...file, path: 'files/../x' }] }],
    ['BAD_NAME', { files: [file, { ...file, path: 'files/PACK.png' }] }],
    ['TOO_LARGE', { files: [1, 2, 3].map(i => ({ ...file, path: `files/${i}`, size: 1024 ** 3 })) }],
    ['TOO_LARGE', { later: 'x'.repeat(MANIFEST_BYTES) }]
  ]
  // A name with a line separator in it ends the report of tap.
  const named = (change: object): string => JSON.stringify(change).slice(0, 80).replace(/[\u2028\u2029]/g, ' ')
  for (const [code, change] of wrong) t.throws(() => read(change), { code }, named(change))
  for (const text of ['', '{', '[]', 'null', '"x"', '\ufeff{}']) t.throws(() => readManifest(bytesOf(text)), { code: 'BAD_FORMAT' }, text)
  t.throws(() => readManifest(Uint8Array.of(0xff, 0xfe)), { code: 'BAD_FORMAT' }, 'not UTF-8')
  t.throws(() => readManifest(bytesOf('\ufeff' + vectors.issue.text)), { code: 'BAD_FORMAT' }, 'a byte order mark')
})

t.test('an issue\'s signature names newsletter, id and revision', async t => {
  const fine = JSON.parse(vectors.issue.text) as IssueManifest
  const { bytes, signature } = signManifest(fine, key)
  t.same(verifyManifest(bytes, signature, key.publicKey), fine)
  t.throws(() => verifyManifest(bytes, sign(bytes, key, 'something else'), key.publicKey), { code: 'BAD_SIGNATURE', message: /comment/ })
  t.throws(() => verifyManifest(new Uint8Array(MANIFEST_BYTES + 1), signature, key.publicKey), { code: 'TOO_LARGE' })
})

t.test('nobody can sign what no reader would read', async t => {
  const manifest = JSON.parse(vectors.issue.text) as IssueManifest
  t.throws(() => signManifest({ ...manifest, title: 'a\nb' }, key), { code: 'BAD_FORMAT' })
  const document = JSON.parse(vectors.newsletter.text) as NewsletterDocument
  t.doesNotThrow(() => signNewsletter(document, key))
  t.throws(() => signNewsletter({ ...document, title: 'a\nb' }, key), { code: 'BAD_FORMAT' })
})

t.test('newsletter.json counts for its newsletter and its writer alone', async t => {
  const { text, signature } = vectors.newsletter
  const signed = { bytes: bytesOf(text), signature }
  const expected = { newsletter: vectors.address.address, writer: 'w1', signingKey: vectors.writers[0]!.signingKey }
  t.match(verifyNewsletter(signed, expected), { title: 'The Long Road' })
  t.throws(() => verifyNewsletter(signed, { ...expected, writer: 'w2' }), { code: 'BAD_ID' })
  t.throws(() => verifyNewsletter(signed, { ...expected, newsletter: 'y'.repeat(52) }), { code: 'BAD_ID' })
  t.throws(() => verifyNewsletter(signed, { ...expected, signingKey: vectors.writers[1]!.signingKey }), { code: 'BAD_SIGNATURE' })
  t.throws(() => verifyNewsletter({ ...signed, bytes: bytesOf(text.replace('Long', 'Wide')) }, expected), { code: 'BAD_SIGNATURE' })
})

const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined && spawnSync(command, ['-v']).error === undefined

t.test('minisign and b2sum agree', { skip: has('minisign') && has('b2sum') ? false : 'minisign or b2sum is not installed here' }, async t => {
  const folder = await writeIssue(t, vectors)
  const check = (file: string, publicKey: string, more: string[] = []): string => execFileSync('minisign', ['-Vm', file, '-P', publicKey, ...more], { cwd: folder }).toString()
  t.match(check('issue.json', vectors.writers[0]!.signingKey), vectors.issue.trustedComment)
  const [signature] = vectors.root.files.filter(({ path }) => path.startsWith('root/1.json.')).map(({ path }) => path)
  t.match(check('root/1.json', vectors.words.rootKeys[0]!, ['-x', signature!]), 'document 1')
  t.throws(() => check('issue.json', vectors.writers[1]!.signingKey))
  const sum = (file: string): string => execFileSync('b2sum', ['-l', '256', file], { cwd: folder }).toString().split(' ')[0]!
  t.equal(sum('body.md'), (JSON.parse(vectors.issue.text) as IssueManifest).body.blake2b)
  t.equal(sum('root/keys'), vectors.address.hex)
})

async function writeIssue (t: Test, { issue, root }: Vectors): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-format-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'root'))
  for (const { path, text } of root.files) await writeFile(join(folder, path), text)
  await writeFile(join(folder, 'issue.json'), issue.text)
  await writeFile(join(folder, 'issue.json.minisig'), issue.signature)
  await writeFile(join(folder, 'body.md'), issue.body)
  return folder
}
