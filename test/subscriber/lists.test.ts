import { execFileSync } from 'node:child_process'
import t from 'tap'
import { readOpml, writeOpml } from '../../subscriber/lists/opml.ts'

const [A, B] = ['y'.repeat(52), 'b'.repeat(51) + 'o'] as const
const listed = { title: 'The "Long" Road & <more>', description: 'Of\nthose', language: 'en', folder: '', feedUrl: `http://127.0.0.1:4747/feeds/${A}/atom.xml?pass=x&y`, announce: true, receipts: true }

t.test('a list that was written is read again, with its folders', async t => {
  const text = writeOpml([{ ...listed, address: A }, { ...listed, address: B, title: '', folder: 'History & "so on"', announce: false, receipts: false }], new Date(0))
  t.same(readOpml(text), {
    newsletters: [
      { address: A, title: listed.title, folder: '', choice: {} },
      { address: B, title: `colporteur://${B}`, folder: 'History & "so on"', choice: { announce: false, receipts: false } }
    ],
    others: []
  })
  const python = 'import sys,xml.etree.ElementTree as e;print([(o.get("type"),o.get("xmlUrl"),o.get("colporteur")) for o in e.fromstring(sys.stdin.buffer.read()).iter("outline")])'
  const read = (() => {
    try {
      return execFileSync('python3', ['-c', python], { input: text, encoding: 'utf8' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  })()
  if (read === null) t.pass('not tested: there is no Python to read it with', { skip: 'no python3' })
  else t.equal(read.trim(), `[('rss', '${listed.feedUrl}', 'colporteur://${A}'), (None, None, None), ('rss', '${listed.feedUrl}', 'colporteur://${B}')]`)
})

t.test('of the lists of others the newsletters are found, and the rest is named', async t => {
  const opml = (body: string): string => `<?xml version="1.0"?><opml version="1.1"><head><title>Feeds</title></head><body>${body}</body></opml>`
  t.same(readOpml(opml(`
    <outline text="News"><outline text="Deep"><outline text="A" type="rss" xmlUrl="http://localhost:9/feeds/${A}/rss.xml?pass=p"/></outline>
      <outline title="Blog" text="b" xmlUrl="https://example.org/feed"/></outline>
    <outline text="\u202eB\u0007" htmlUrl="colporteur://${B}" colporteurAnnounce="on" colporteurReceipts="on"/><outline text="Nothing"/>`)), {
    newsletters: [{ address: A, title: 'A', folder: 'News / Deep', choice: {} }, { address: B, title: 'B', folder: '', choice: {} }],
    others: [{ title: 'Blog', url: 'https://example.org/feed' }]
  })
  t.same(readOpml(opml(`<outline text="x" colporteur="colporteur://nonsense" xmlUrl="file:///etc/passwd"/>`)), { newsletters: [], others: [{ title: 'x', url: 'file:///etc/passwd' }] })
  t.same(readOpml(opml('<outline xmlUrl="https://example.org/feed"/><outline/>')), { newsletters: [], others: [{ title: '', url: 'https://example.org/feed' }] }, 'without any name')
  t.throws(() => readOpml('dear diary'), { code: 'BAD_SOURCE' })
  t.throws(() => readOpml('<rss version="2.0"><channel/></rss>'), { code: 'BAD_SOURCE' })
  t.throws(() => readOpml('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + opml('<outline text="&b;"/>')), { code: 'BAD_SOURCE', message: /document type/ })
  t.throws(() => readOpml(opml('<outline text="x"/>'.repeat(10_001))), { code: 'BAD_SOURCE', message: /more than/ })
  t.throws(() => readOpml(opml('<outline text="x">'.repeat(40) + '</outline>'.repeat(40))), { code: 'BAD_SOURCE', message: /folders in folders/ })
})
