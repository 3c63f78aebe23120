import t from 'tap'
import type { IssuePage } from '../../shared/api/issues.ts'
import { createNewsletter, testNetwork, untilComplete } from '../support/network.ts'
import { NO_REAL_NEWSLETTERS, realNewsletters } from '../support/real-newsletters.ts'

const newsletters = await realNewsletters()

t.test('real newsletters go in with one order each and come out readable at another node', { skip: newsletters.length > 0 ? false : NO_REAL_NEWSLETTERS }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const reader = await network.open('reader')
  for (const { name, folder } of newsletters) {
    const newsletter = await createNewsletter(author, name)
    const { published, already, failed } = await author.client.importIssues({ params: { newsletter }, body: { path: folder } })
    t.same([already, failed], [0, []])
    await reader.client.subscribe({ body: { address: newsletter } })
    await untilComplete(reader, newsletter, published)
    let cursor: string | null = null
    do {
      const query: { limit: number, cursor?: string } = { limit: 100, ...(cursor && { cursor }) }
      const page: IssuePage = await reader.client.listIssues({ params: { newsletter }, query })
      for (const { ref, title } of page.issues) {
        const { path } = await reader.client.openIssue({ params: { issue: ref } })
        const { statusCode, payload } = await reader.node.app.inject({ url: path, headers: { host: 'localhost' } })
        const { content } = await reader.client.getIssueContent({ params: { issue: ref }, query: { format: 'text' } })
        if (statusCode !== 200 || !payload.includes('</html>') || content.trim() === '') t.fail(`${name}: ${title} is not readable`)
        if (/<(script|iframe|object|embed|form)\b/i.test(payload)) t.fail(`${name}: ${title} has active content`)
      }
      cursor = page.next
    } while (cursor)
    t.pass(`${published} issues of ${name} are readable`)
  }
})
