import t, { type Test } from 'tap'
import { publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { changeRoot, untilRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

interface Theft {
  network: TestNetwork
  newsletter: string
  words: string
  /** The stolen laptop, with everything on it but the words. */
  thief: TestNode
  /** Another machine of the owner, who reads there. */
  owner: TestNode
  /** Refs of the two issues from before. */
  refs: string[]
}

/** A newsletter with two issues and confirmed words, whose laptop is about to be in other hands. */
async function stolenLaptop (t: Test): Promise<Theft> {
  const network = await testNetwork(t)
  const thief = await network.open('laptop')
  const { newsletter: { address: newsletter }, words } = await thief.client.createNewsletter({ body: { title: 'The Long Road', authors: ['Ines'] } })
  await thief.client.confirmWords({ params: { newsletter }, body: { words } })
  const refs = await publishIssues(thief, newsletter, 2)
  const owner = await network.open('owner')
  await owner.client.subscribe({ body: { address: newsletter } })
  await untilComplete(owner, newsletter, 2)
  return { network, newsletter, words, thief, owner, refs }
}

/** What is shown as the newsletter's. What had been taken and was withdrawn stands beside it, without a title. */
async function titlesOf ({ client }: TestNode, newsletter: string): Promise<string[]> {
  return (await client.listIssues({ params: { newsletter }, query: {} })).issues.filter(({ state }) => state === 'ready').map(({ title }) => title)
}

t.test('a reader who slept through the theft refuses the thief\'s issue', async t => {
  const { network, newsletter, words, thief, owner, refs } = await stolenLaptop(t)
  const sleeper = await network.open('sleeper')
  await sleeper.client.subscribe({ body: { address: newsletter } })
  await untilComplete(sleeper, newsletter, 2)
  await sleeper.stop()
  await owner.stop()
  await publishIssues(thief, newsletter, 1, 666)
  await owner.restart()

  const { effects, notes } = await changeRoot(owner, newsletter, { kind: 'retire', writer: 'w1', reason: 'stolen', lastIssue: refs[1]! }, words)
  t.equal(effects.length, 1)
  t.match(effects[0]!.text, /^Retires the writer w1 .*\(stolen\): every reader refuses/)
  t.match(notes[0]!.text, /behind 2 issues, rests on/)

  await sleeper.restart()
  await untilRoot(sleeper, newsletter, 1)
  await untilComplete(sleeper, newsletter, 2)
  t.same(await titlesOf(sleeper, newsletter), ['Issue 2', 'Issue 1'])

  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, 2)
  t.same(await titlesOf(newcomer, newsletter), ['Issue 2', 'Issue 1'], 'a newcomer, too')
})

t.test('a reader who had taken the thief\'s issue withdraws it when the seal comes, and says why', async t => {
  const { network, newsletter, words, thief, owner, refs } = await stolenLaptop(t)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  const [stolen] = await publishIssues(thief, newsletter, 1, 666)
  await thief.client.describeNewsletter({ params: { newsletter }, body: { title: 'The Short Road' } })
  await untilComplete(reader, newsletter, 3)
  await until('the thief\'s title was taken', async () => (await reader.client.getNewsletter({ params: { newsletter } })).title === 'The Short Road')
  t.match(await reader.client.getIssueContent({ params: { issue: stolen! } }), { content: /666/ })

  const { notes } = await changeRoot(owner, newsletter, { kind: 'retire', writer: 'w1', reason: 'stolen', lastIssue: refs[1]! }, words)
  t.match(notes[0]!.text, /1 issue that it published after that will be withdrawn/)
  await until('the issue is withdrawn', async () => (await reader.client.getIssue({ params: { issue: stolen! } })).issue.state === 'notVerified')
  const { issue } = await reader.client.getIssue({ params: { issue: stolen! } })
  t.match(issue, { title: '', problem: { code: 'SEALED', reason: /retired/ } })
  await t.rejects(reader.client.getIssueContent({ params: { issue: stolen! } }), { code: 'NOT_VERIFIED', message: /retired/ })
  await until('the title is the owner\'s again', async () => (await reader.client.getNewsletter({ params: { newsletter } })).title === 'The Long Road')
  t.same((await reader.client.getNewsletter({ params: { newsletter } })).issues, { total: 3, ready: 2, unread: 2 })

  await reader.restart()
  t.match((await reader.client.getIssue({ params: { issue: stolen! } })).issue, { state: 'notVerified', problem: { code: 'SEALED' } }, 'after a restart, too')
  await reader.client.reindex()
  await t.rejects(reader.client.getIssue({ params: { issue: stolen! } }), { code: 'ISSUE_NOT_FOUND' }, 'a library that is built anew never had it')
  t.same(await titlesOf(reader, newsletter), ['Issue 2', 'Issue 1'])
})

t.test('a reader who hears from the thief first, and from nobody else, withdraws the issue when somebody comes', async t => {
  const { network, newsletter, words, thief, owner, refs } = await stolenLaptop(t)
  await thief.stop()
  await changeRoot(owner, newsletter, { kind: 'retire', writer: 'w1', reason: 'stolen', lastIssue: refs[1]! }, words)
  await owner.stop()

  await thief.restart() // it has not heard of the seal
  const [stolen] = await publishIssues(thief, newsletter, 1, 666)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)
  await owner.restart()
  await until('the issue is withdrawn', async () => (await reader.client.getIssue({ params: { issue: stolen! } })).issue.state === 'notVerified')
  t.same(await titlesOf(reader, newsletter), ['Issue 2', 'Issue 1'])
})

t.test('the thief\'s node can not un-retire itself', async t => {
  const { newsletter, words, thief, owner, refs } = await stolenLaptop(t)
  await changeRoot(owner, newsletter, { kind: 'retire', writer: 'w1', reason: 'stolen', lastIssue: refs[1]! }, words)
  await untilRoot(thief, newsletter, 1)
  await t.rejects(publishIssues(thief, newsletter, 1, 666), { code: 'NOT_WRITER', message: /retired/ })
  const { text } = await thief.client.proposeRoot({ params: { newsletter }, body: { change: { kind: 'takeOver', writers: [], reason: 'mine now' } } })
  await t.rejects(thief.client.signProposal({ body: { text } }), { code: 'BAD_WORDS', message: /give those that you wrote down/ })
  await t.rejects(thief.client.publishRoot({ body: { text } }), { code: 'BAD_SIGNATURE' })
  await until('it goes on as a reader', async () => (await thief.client.getNewsletter({ params: { newsletter } })).role === 'subscribed')
  t.match((await owner.client.listWriters({ params: { newsletter } })).writers, [{ isHere: false, issues: 2, seal: { reason: 'stolen' } }])
})

t.test('sealed behind the last true issue, nothing counts that the thief did afterwards: not even to that issue', async t => {
  const { newsletter, words, thief, owner, refs } = await stolenLaptop(t)
  const params = { newsletter }
  await publishIssues(thief, newsletter, 1, 666)
  await thief.client.correctIssue({ params: { issue: refs[1]! }, body: { change: 'correction', note: 'So it is now.', source: { markdown: '# Issue 2\n\nWhat the thief says.\n' } } })
  await until('the owner has seen it', async () => (await owner.client.getIssue({ params: { issue: refs[1]! } })).issue.revision === 2)
  const { notes } = await changeRoot(owner, newsletter, { kind: 'retire', writer: 'w1', reason: 'stolen', lastIssue: refs[1]! }, words)
  t.match(notes[0]!.text, /behind 1 issue, rests on/)
  await until('the first text counts again', async () => {
    const { issue } = await owner.client.getIssue({ params: { issue: refs[1]! } })
    return issue.revision === 1 && issue.state === 'ready'
  })
  t.same(await titlesOf(owner, newsletter), ['Issue 2', 'Issue 1'])
  const { issues } = await owner.client.listIssues({ params, query: {} })
  t.match(issues.find(({ state }) => state === 'notVerified'), { problem: { code: 'SEALED', reason: /was retired on \d{4}-\d\d-\d\d \(stolen\), and this stands behind what still counts of it/ } })
})
