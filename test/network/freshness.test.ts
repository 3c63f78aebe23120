import t from 'tap'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

async function confirmedAt ({ client }: TestNode, newsletter: string): Promise<string | null> {
  return (await client.getNewsletter({ params: { newsletter } })).confirmedAt
}

t.test('a reader who joins while the author is off knows as of when it has everything', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const first = await network.open('first')
  await first.client.subscribe({ body: { address: newsletter } })
  await untilComplete(first, newsletter, 2)
  const told = await until('the author has confirmed it', () => confirmedAt(first, newsletter))
  t.ok(Date.parse(told) <= Date.now() && Date.parse(told) > Date.now() - 60_000, told)
  const before = await until('and goes on doing so when there is more', async () => {
    await publishIssues(author, newsletter, 1, 3)
    const now = await confirmedAt(first, newsletter)
    return now !== null && now > told ? now : null
  })
  const { progress } = await first.client.getSubscription({ params: { newsletter } })
  await author.stop()

  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, progress.issues.known)
  const heard = await until('the newcomer knows how fresh it is', () => confirmedAt(newcomer, newsletter))
  t.ok(heard >= before, 'though the author is off')
  await first.stop()
  await newcomer.restart()
  t.equal(await confirmedAt(newcomer, newsletter), heard, 'also after a restart, alone')
})
