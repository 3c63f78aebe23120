import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../shared/errors.ts'
import { createNewsletter, publishIssues, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const ISSUES = 2

export interface LivedIn {
  home: string
  /** The node runs on it. */
  node: NodeProcess
  /** Newsletters that are written, followed and kept there. */
  own: string
  followed: string
  kept: string
}

/** A home in which everything lies that can lie in one: of a person who writes, reads and keeps. */
export async function livedInHome (network: TestNetwork, author: TestNode): Promise<LivedIn> {
  const home = join(network.folder, 'lived-in')
  const [followed, kept] = [await createNewsletter(author, 'Followed'), await createNewsletter(author, 'Kept')]
  for (const newsletter of [followed, kept]) await publishIssues(author, newsletter, ISSUES)
  const node = await startNode(home, network.addresses)
  const { client } = node
  await writeFile(join(home, 'config.json'), JSON.stringify({ staleAfterDays: 30, receipts: true }, null, 2))
  const own = await createNewsletter(node, 'Written')
  await publishIssues(node, own, ISSUES)
  await client.subscribe({ body: { address: followed } })
  await client.keepNewsletter({ body: { address: kept, owner: 'Ines' } })
  await author.client.subscribe({ body: { address: own } })
  await untilComplete(author, own, ISSUES)
  await until('all of it is here', async () => (await client.getStatus()).issues.ready === 3 * ISSUES)
  const { issues: [issue] } = await client.listIssues({ params: { newsletter: followed } })
  await client.markIssue({ params: { issue: issue!.ref }, body: { read: true } })
  await client.saveIssue({ params: { issue: issue!.ref }, body: { saved: true } })
  await client.keepPlace({ params: { issue: issue!.ref }, body: { place: { fraction: 0.5, block: 1.5 } } })
  await client.highlight({ params: { issue: issue!.ref }, body: { quote: 'Text', before: '', start: 0, note: 'To be thought of' } })
  const { id: draft } = await client.createDraft({ body: { newsletter: own } })
  for (const baseVersion of [0, 1]) {
    await client.saveDraft({ params: { draft }, body: { baseVersion, title: 'Not yet', subtitle: '', markdown: `Said ${baseVersion + 1} times, and not yet to everybody.` } })
  }
  await until('it is known who has what was written', async () => (await client.listIssueCopies({ params: { newsletter: own } })).issues.every(({ copies }) => copies > 0))
  return { home, node, own, followed, kept }
}

/** What a person finds in such a home, by what it is; each as text, or why it can't be shown. */
export async function findings ({ node: { client }, own, followed, kept }: LivedIn): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const look = async (what: string, read: () => Promise<unknown>): Promise<void> => {
    found[what] = await read().then(JSON.stringify, (error: unknown) => `failed: ${messageOf(error)}`)
  }
  for (const newsletter of [own, followed, kept]) {
    const { issues } = await client.listIssues({ params: { newsletter } }).catch(() => ({ issues: [] }))
    await look(`issues of ${newsletter}`, async () => issues.map(({ ref, title, number, revision, publishedAt, state, read, saved, place }) => [ref, title, number, revision, publishedAt, state, read, saved, place]))
    await look(`texts of ${newsletter}`, () => Promise.all(issues.map(async ({ ref }) => (await client.getIssueContent({ params: { issue: ref }, query: { format: 'markdown' } })).content)))
    await look(`proofs of ${newsletter}`, () => Promise.all(issues.map(async ({ ref }) => (await client.verifyIssue({ params: { issue: ref } })).verified)))
  }
  await look('the newsletter of one\'s own', async () => {
    const { title, notWriting, writers } = await client.getNewsletter({ params: { newsletter: own } })
    return [title, notWriting, writers.map(({ id, drive, otherHistory }) => [id, drive, otherHistory])]
  })
  await look('writing', async () => (await client.publishIssue({ params: { newsletter: own }, body: { source: { markdown: '# Tried\n\nOnly tried.\n' }, dryRun: true } })).outcome)
  await look('subscriptions', async () => (await client.listSubscriptions()).subscriptions.map(({ newsletter, title, policy }) => [newsletter, title, policy]))
  await look('what is kept', async () => (await client.listKept()).kept.map(({ newsletter, owner, until }) => [newsletter, owner, until]))
  await look('drafts', async () => {
    const { drafts } = await client.listDrafts()
    return await Promise.all(drafts.map(async ({ id }) => {
      const { title, markdown } = await client.getDraft({ params: { draft: id } })
      return [title, markdown]
    }))
  })
  await look('highlights', async () => (await client.listHighlights({})).highlights)
  await look('what is searched for', async () => (await client.searchIssues({ query: { q: 'text' } })).total)
  return found
}
