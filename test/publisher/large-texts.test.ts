import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { TextThread } from '../../publisher/texts/text-thread.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'

const PARAGRAPH = 'Some <b>bold</b> words, <i>others</i> and [a link](https://example.org/a) to &amp; fro, <a href="https://example.org/b">again</a> and *again*.<br>\n\n'

t.test('a text of the size that is allowed does not end the node, in whichever way it comes', { timeout: 180_000 }, async t => {
  const network = await testNetwork(t)
  const node = await startNode(`${network.folder}/home`, network.addresses)
  t.teardown(() => node.process.kill())
  const { client } = node
  const newsletter = await createNewsletter(node, 'Long texts')
  const markdown = PARAGRAPH.repeat(Math.floor(3_900_000 / PARAGRAPH.length))
  const path = join(network.folder, '2026-01-02-long.md')
  await writeFile(path, `# Long\n\n${markdown}`)

  t.match(await client.publishIssue({ params: { newsletter }, body: { source: { path } } }), { title: 'Long', outcome: 'published' })
  const { id } = await client.createDraft({ body: { newsletter } })
  const saved = await client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, title: 'Longer', subtitle: '', markdown } })
  t.equal(saved.version, 1)
  t.match(await client.checkDraft({ params: { draft: id } }), { words: saved.words })
  t.match(await client.publishDraft({ params: { draft: id }, body: {} }), { publication: { state: 'held' } })
  t.match(await client.getStatus(), { restarts: 0, problems: [] })
})

t.test('a text that takes too long is given up, and the next one is read', async t => {
  const hasty = new TextThread({ limitMs: 1_000 })
  const [slow, next] = [hasty.run('converted', PARAGRAPH.repeat(100_000)), hasty.run('converted', '<b>a</b>')]
  await t.rejects(slow, { code: 'TOO_LARGE', message: /longer than 1 s/ })
  t.same(await next, { text: '**a**', notes: [] })
  await t.rejects(hasty.run('parts', '---\ntitle: [\n---\nWords.'), { code: 'BAD_SOURCE', message: /line/ })
})
