import t from 'tap'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import type { IssueCopiesDetails, NewsletterCopies } from '../../shared/api/copies.ts'
import { until } from '../support/until.ts'

async function untilCopies (node: TestNode, newsletter: string, fact: string, reached: (copies: NewsletterCopies) => boolean): Promise<NewsletterCopies> {
  let last: NewsletterCopies | null = null
  return await until(fact, async () => {
    last = await node.client.getNewsletterCopies({ params: { newsletter } })
    return reached(last) ? last : null
  }, () => last)
}

async function copiesOf ({ client }: TestNode, issue: string): Promise<IssueCopiesDetails> {
  return await client.getIssueCopies({ params: { issue } })
}

t.test('an issue is only here, then has copies, and is safe when the author\'s target is reached', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  t.match(await author.client.getNewsletterCopies({ params: { newsletter } }), { state: null, newest: null, readers: { estimate: 0 } })
  const [ref] = await publishIssues(author, newsletter, 1) as [string]
  await untilCopies(author, newsletter, 'the issue is counted', ({ issues }) => issues.total === 1)
  t.match((await copiesOf(author, ref)).issue, { state: 'onlyHere', copies: 0, sentence: /^Only here/, target: { copies: 3, owners: 2 }, number: 1 })

  const first = await network.open('first')
  await first.client.subscribe({ body: { address: newsletter } })
  await untilComplete(first, newsletter, 1)
  await untilCopies(author, newsletter, 'one copy is counted', ({ newest }) => newest?.copies === 1)
  const { issue, holders, history } = await copiesOf(author, ref)
  t.match(issue, { state: 'copies', copies: 1, keepers: 0, owners: 0, safeSince: null })
  t.match(holders, [{ kind: 'reader', name: '', state: 'counted', until: null }])
  t.match(history, [{ copies: 1, keepers: 0 }])

  await author.client.setCopiesTarget({ params: { newsletter }, body: { copies: 2, owners: 0 } })
  const second = await network.open('second')
  await second.client.subscribe({ body: { address: newsletter } })
  const safe = await untilCopies(author, newsletter, 'two copies are enough', ({ state }) => state === 'safe')
  t.match(safe, { sentence: /Safe to close this machine/, newest: { sentence: /^2 complete, verified copies. Safe to close/ }, readers: { words: 'fewer than 10 readers' } })
  t.ok((await copiesOf(author, ref)).issue.safeSince)

  await second.client.unsubscribe({ params: { newsletter } })
  await untilCopies(author, newsletter, 'a reader who leaves says so', ({ state }) => state === 'atRisk')
  t.match((await copiesOf(author, ref)).holders, [{ state: 'counted' }, { state: 'withdrawn', haveBytes: 0 }])
  t.same((await copiesOf(author, ref)).history.map(({ copies }) => copies), [1, 2, 1])
  await author.restart()
  await untilCopies(author, newsletter, 'it is still known', ({ newest }) => newest?.copies === 1)
  t.match(await author.client.getNewsletterCopies({ params: { newsletter } }), { state: 'atRisk', target: { copies: 2, owners: 0 } })

  await t.rejects(first.client.getNewsletterCopies({ params: { newsletter } }), { code: 'NOT_WRITER', message: /keep/ })
})
