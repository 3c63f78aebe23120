import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { SearchPage } from '../../shared/api/search.ts'
import { createNewsletter, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

/** What is found when the index is complete. */
async function found ({ client }: Pick<TestNode, 'client'>, q: string): Promise<string[]> {
  const page = await until('the index is complete', async () => {
    const page = await client.searchIssues({ query: { q } })
    return page.index.isComplete ? page : null
  }, () => client.searchIssues({ query: { q } }))
  return page.results.map(({ issue }) => issue.title)
}

async function untilFound (node: Pick<TestNode, 'client'>, q: string, titles: string[]): Promise<void> {
  await until(`${q} finds ${titles.join(', ') || 'nothing'}`, async () => JSON.stringify(await found(node, q)) === JSON.stringify(titles), () => found(node, q))
}

async function publish ({ client }: TestNode, newsletter: string, markdown: string): Promise<string> {
  return (await client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })).ref
}

const fileOf = ({ home }: { home: string }): string => join(home, 'library', 'search.sqlite')

t.test('what is here is found, and what was corrected, withdrawn, erased or deleted is not, not even in the file', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'The Salt Road')
  const other = await createNewsletter(author, 'Weather')
  const caravan = await publish(author, newsletter, '---\ntags: [trade, slow food]\n---\n# Caravans\n\nThe camels carried quicksilver to Timbuktu.\n')
  const letter = await publish(author, newsletter, '# A letter\n\nIt named Melchior Zwetschgenbaum of the town.\n')
  const source = await publish(author, newsletter, '# A source\n\nThe xylographer said so.\n')
  await publish(author, other, '# Rain\n\nHailstones everywhere.\n')
  for (const address of [newsletter, other]) await reader.client.subscribe({ body: { address } })
  await untilComplete(reader, newsletter, 3)
  await untilComplete(reader, other, 1)

  for (const node of [author, reader]) {
    await untilFound(node, 'quicksilver', ['Caravans'])
    t.same(await found(node, 'QUICKSILVER timbuktu'), ['Caravans'])
    t.same(await found(node, 'tag:trade'), ['Caravans'])
    t.same(await found(node, 'tag:"slow food"'), ['Caravans'])
    t.same(await found(node, 'tag:food'), [], 'a tag is meant whole')
    t.same(await found(node, 'from:"salt road" caravans'), ['Caravans'])
    t.same(await found(node, 'from:weather'), ['Rain'])
    t.same(await found(node, `from:${other}`), ['Rain'])
    t.same(await found(node, 'after:2000 before:2020'), [])
  }
  const page = await reader.client.searchIssues({ query: { q: 'camels' } })
  t.match(page, { total: 1, isMore: false, next: null, index: { isComplete: true, indexed: 4, total: 4 } })
  t.same(page.results[0]?.snippet, [{ text: 'The ', isHit: false }, { text: 'camels', isHit: true }, { text: ' carried quicksilver to Timbuktu.', isHit: false }])

  await reader.client.markIssue({ params: { issue: caravan }, body: { read: true } })
  await untilFound(reader, 'is:unread from:"salt road"', ['A source', 'A letter'])
  await reader.client.saveIssue({ params: { issue: caravan }, body: { saved: true } })
  await untilFound(reader, 'is:saved', ['Caravans'])
  await reader.client.markAllRead({ body: {} })
  await untilFound(reader, 'is:unread', [])

  const params = { issue: caravan }
  await author.client.correctIssue({ params, body: { source: { markdown: '# Caravans\n\nThe camels carried saffron to Timbuktu.\n' }, change: 'correction' } })
  await author.client.eraseIssue({ params: { issue: letter }, body: { note: 'It named somebody.' } })
  await author.client.retractIssue({ params: { issue: source }, body: { note: 'It was not so.' } })
  for (const node of [author, reader]) {
    await untilFound(node, 'saffron', ['Caravans'])
    for (const gone of ['quicksilver', 'zwetschgenbaum', 'xylographer']) await untilFound(node, gone, [])
    await untilFound(node, 'somebody', ['A letter'])
  }
  t.ok(readFileSync(fileOf(reader)).includes('hailstones'), 'words stand in the file as they are')
  await reader.client.unsubscribe({ params: { newsletter: other } })
  await untilFound(reader, 'hailstones', [])
  await untilFound(reader, 'camels', ['Caravans'])
  await reader.restart()
  await untilFound(reader, 'camels', ['Caravans'])
  await reader.stop()
  const file = readFileSync(fileOf(reader))
  for (const word of ['quicksilver', 'zwetschgenbaum', 'xylographer', 'hailstones']) t.notOk(file.includes(word), `${word} is gone from the file`)
  t.ok(file.includes('saffron'))
})

t.test('an index that was deleted or damaged is built again by itself, and says how far it has come', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Many')
  for (let i = 0; i < 40; i++) await publish(author, newsletter, `# Issue ${i}\n\nWord${i} of the many.\n`)
  t.equal((await found(author, 'many')).length, 20)
  const size = readFileSync(fileOf(author)).length
  for (const spoil of [
    (file: string) => rmSync(file),
    (file: string) => writeFileSync(file, 'This is not a database. '.repeat(500)),
    (file: string) => writeFileSync(file, readFileSync(file).subarray(0, size / 2)),
    (file: string) => writeFileSync(file, readFileSync(file).fill(0x5a, 8192))
  ]) {
    await author.stop()
    spoil(fileOf(author))
    await author.restart()
    const { index } = await author.client.searchIssues({ query: { q: 'word7' } })
    t.ok(index.isComplete ? index.indexed === 40 : index.indexed <= 40)
    t.equal(index.total, 40)
    await untilFound(author, 'word7', ['Issue 7'])
    t.equal((await author.client.searchIssues({ query: { q: 'many' } })).total, 40)
  }
  await author.client.reindex()
  await untilFound(author, 'word7', ['Issue 7'])
})

t.test('a node that is killed while it indexes has everything in its index afterwards', async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'author')
  const issues = 300
  let author = await startNode(home, network.addresses)
  t.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Killed' } })
  const folder = join(network.folder, 'issues')
  await mkdir(folder)
  for (let i = 0; i < issues; i++) await writeFile(join(folder, `${new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)}-issue.md`), `# Issue ${i}\n\nWord${i}. ${`Text${i % 7} and so on. `.repeat(300)}\n`)
  author.client.importIssues({ params: { newsletter }, body: { path: folder } }).catch(() => {}) // it is killed under it
  const state = async (): Promise<SearchPage['index']> => (await author.client.searchIssues({ query: { q: '' } })).index
  for (const indexed of [5, 50]) {
    await until(`${indexed} issues are in the index`, async () => (await state()).indexed >= indexed, state)
    await author.process.kill()
    author = await startNode(home, network.addresses)
    author.client.importIssues({ params: { newsletter }, body: { path: folder } }).catch(() => {})
  }
  await until('all are in the index', async () => {
    const { isComplete, indexed } = await state()
    return isComplete && indexed === issues
  }, state)
  for (const i of [0, 1, 150, issues - 1]) t.same(await found(author, `word${i}`), [`Issue ${i}`])
  author.process.child.kill('SIGTERM')
  await author.process.finished
  author = await startNode(home, network.addresses)
  t.same(await found(author, 'word150'), ['Issue 150'])
})

t.test('searching from the command line, whether a node runs or not', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Salt Road')
  await publish(author, newsletter, '# Caravans\n\nThe camels carried salt.\n')
  await publish(author, newsletter, '# Salt\n\nWhat it is.\n')
  await author.node.listen()
  await found(author, 'salt')
  const command = (args: string[]): ReturnType<typeof run> => run(['search', ...args, '--home', author.home])
  const answer = await command(['salt', '--wait'])
  t.match(answer, { code: 0, stdout: /^\*Salt\*\n {2}The Salt Road, issue 2, .*\n {2}What it is\.\n\nCaravans\n.*\n {2}The camels carried \*salt\*\.\n$/ }, 'the title before the text')
  await author.stop()
  rmSync(fileOf(author))
  t.match(await command(['carried', 'CAMELS']), { code: 0, stdout: /^Caravans/ }, 'the index is built for who asks')
  t.match(await command(['"salt carried"']), { code: 0, stdout: '', stderr: /Nothing was found/ })
  t.match(await command(['is:wet']), { code: 2, stderr: /is:unread and is:saved/ })
  t.match(await command(['--limit', '0', 'salt']), { code: 2, stderr: /--limit/ })
  const { results } = JSON.parse((await command(['from:salt', '--json'])).stdout) as SearchPage
  t.equal(results.length, 2)
})
