import type { Test } from 'tap'
import { isAppError } from '../../shared/errors.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode } from './network.ts'
import { random } from './random.ts'
import { changeRoot } from './root.ts'
import { until } from './until.ts'

interface Member { name: string, node: TestNode, isOnline: boolean }

/**
 * Two authors and three readers publish, retire and admit writers, go away and come back, in an order by chance; at the
 * end everybody is there, and all have to have the same list.
 */
export async function interleave (t: Test, steps: number): Promise<void> {
  const draw = random(t)
  const pick = <T> (items: T[]): T => items[Math.floor(draw() * items.length)]!
  const network = await testNetwork(t)
  const members: Member[] = []
  for (const name of ['ann', 'ben', 'cleo', 'dan', 'eve']) members.push({ name, node: await network.open(name), isOnline: true })
  const [ann, ben, ...readers] = members as [Member, Member, ...Member[]]
  const newsletter = await createNewsletter(ann.node, 'Interleaved')
  const params = { newsletter }
  await publishIssues(ann.node, newsletter, 1)
  for (const { node } of readers) await node.client.subscribe({ body: { address: newsletter } })
  await admit(ann.node, ben.node, newsletter)

  let published = 1
  const done: string[] = []
  const actions: Record<string, () => Promise<void>> = {
    publish: async () => {
      const writer = pick([ann, ben].filter(({ isOnline }) => isOnline))
      if (!writer || (await writer.node.client.getNewsletter({ params })).role !== 'own') return
      done.push(`${writer.name} publishes`)
      await publishIssues(writer.node, newsletter, 1 + Math.floor(draw() * 2), ++published * 10).catch((error: unknown) => {
        // It may hear just now that it was retired.
        if (!isAppError(error) || error.code !== 'NOT_WRITER') throw error
      })
    },
    leave: async () => {
      const member = pick(members.filter(({ isOnline }) => isOnline))
      if (!member) return
      done.push(`${member.name} leaves`)
      member.isOnline = false
      await member.node.stop()
    },
    rejoin: async () => {
      const member = pick(members.filter(({ isOnline }) => !isOnline))
      if (!member) return
      done.push(`${member.name} comes back`)
      member.isOnline = true
      await member.node.restart()
    },
    retire: async () => {
      if (!ann.isOnline) return
      const open = (await ann.node.client.listWriters({ params })).writers.filter(({ isHere, seal, length }) => !isHere && !seal && length > 0)
      if (open.length === 0) return
      const { writer: { id } } = pick(open)
      // Sometimes what was published last is left out.
      const own = (await ann.node.client.listIssues({ params })).issues
      const details = await Promise.all(own.map(async ({ ref }) => ({ ref, by: (await ann.node.client.getIssue({ params: { issue: ref } })).proof?.writer })))
      const theirs = details.filter(({ by }) => by === id)
      const lastIssue = draw() < 0.5 && theirs.length > 1 ? theirs[1]!.ref : undefined
      done.push(`${id} is retired${lastIssue ? ' before its last issue' : ''}`)
      await changeRoot(ann.node, newsletter, { kind: 'retire', writer: id, reason: 'by chance', ...(lastIssue && { lastIssue }) })
    },
    admit: async () => {
      if (!ann.isOnline || !ben.isOnline || (await ben.node.client.getNewsletter({ params })).role === 'own') return
      done.push('ben is admitted again')
      await admit(ann.node, ben.node, newsletter)
    },
    rotate: async () => {
      if (!ann.isOnline) return
      const here = (await ann.node.client.listWriters({ params })).writers.find(({ isHere, seal }) => isHere && !seal)
      if (!here) return
      done.push('ann becomes a new writer')
      await changeRoot(ann.node, newsletter, { kind: 'takeOver', writers: [here.writer.id], reason: 'by chance' })
      await until('she may write', async () => (await ann.node.client.listWriters({ params })).writers.some(({ isHere, seal }) => isHere && !seal))
    }
  }
  const often = ['publish', 'publish', 'publish', 'leave', 'leave', 'rejoin', 'rejoin', 'retire', 'admit', 'rotate']
  for (let step = 0; step < steps; step++) await actions[pick(often)]!()
  while (members.some(({ isOnline }) => !isOnline)) await actions['rejoin']!()

  const listOf = async ({ node }: Member): Promise<string[]> => {
    const { issues } = await node.client.listIssues({ params, query: { limit: 200 } })
    return issues.filter(({ state }) => state === 'ready').map(({ number, title, id }) => `${number} ${title} ${id}`)
  }
  let lists: string[][] = []
  const agree = async (): Promise<boolean> => {
    lists = await Promise.all(members.map(listOf))
    return lists.every(list => list.join('\n') === lists[0]!.join('\n'))
  }
  await until('all have the same list', agree).catch(() => {}) // what differs is shown below
  for (const [i, list] of lists.entries()) t.same(list, lists[0], `${members[i]!.name} has the list that ann has, after: ${done.join('; ')}`)
  const numbers = lists[0]!.map(text => Number(text.split(' ')[0]))
  t.equal(new Set(numbers).size, numbers.length, 'no number twice')
  for (const { node } of members) {
    const { writers, problem } = await node.client.getNewsletter({ params })
    t.same([problem, writers.filter(({ otherHistory }) => otherHistory !== null)], [null, []])
  }
}

async function admit (owner: TestNode, other: TestNode, newsletter: string): Promise<void> {
  const params = { newsletter }
  const { invitation } = await owner.client.inviteWriter({ params, body: { name: 'Ben' } })
  const { acceptance } = await other.client.acceptInvitation({ body: { invitation } })
  await changeRoot(owner, newsletter, { kind: 'admit', acceptance })
  await until('Ben may write', async () => (await other.client.getNewsletter({ params })).role === 'own')
}
