import { EventEmitter } from 'node:events'
import t, { type Test } from 'tap'
import { Looking, type LookingParts } from '../../subscriber/keeping/looking.ts'
import { type HeldTimers, holdTimers } from '../support/held-timers.ts'
import { createNewsletter, log, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

/** Who has not asked again for so long is taken to have lost interest. */
const INTEREST_MS = 10 * 60_000

interface Stage { author: TestNode, newsletter: string, node: TestNode, interest: HeldTimers }

/** A node that has looked at a newsletter with three issues. */
async function looked (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 3)
  const node = await network.open('node')
  const interest = holdTimers(t, INTEREST_MS)
  await until('somebody who has it is found', async () => (await node.client.lookAtNewsletter({ body: { address: newsletter } })).state === 'known')
  t.equal(interest.count, 1)
  return { author, newsletter, node, interest }
}

async function peersFor ({ client }: TestNode, newsletter: string): Promise<number> {
  return (await client.getSubscription({ params: { newsletter } })).progress.peers
}

t.test('who looks at a newsletter and then follows it keeps it, however long ago the look was', async t => {
  const { author, newsletter, node, interest } = await looked(t)
  await node.client.subscribe({ body: { address: newsletter } })
  t.equal(interest.count, 0, 'looking is over')
  await untilComplete(node, newsletter, 3)
  await node.client.keepNewsletter({ body: { address: newsletter } })
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(node, newsletter, 4)
  t.equal(await peersFor(node, newsletter), 1, 'and meets others about it also when it is kept, too')
})

t.test('who follows it in the moment in which the look ends has all of it', async t => {
  const { author, newsletter, node, interest } = await looked(t)
  const subscribing = node.client.subscribe({ body: { address: newsletter } })
  interest.fire()
  await subscribing
  await untilComplete(node, newsletter, 3)
  await author.stop()
  for (const { ref } of (await node.client.getInbox({})).issues) t.match(await node.client.verifyIssue({ params: { issue: ref } }), { verified: true })
})

t.test('what nobody follows goes when the look ends', async t => {
  const { newsletter, node, interest } = await looked(t)
  const lookAgain = async (): Promise<number> => (await node.client.lookAtNewsletter({ body: { address: newsletter } })).issues
  await lookAgain()
  t.equal(interest.count, 1, 'who asks again has interest again')
  interest.fire()
  await until('it is known no more', async () => await lookAgain() === 0)
})

t.test('a newsletter that is followed and of which nothing is known yet is looked for once', async t => {
  const network = await testNetwork(t)
  const node = await network.open('node')
  const nobodys = 'y'.repeat(52)
  await node.client.subscribe({ body: { address: nobodys } })
  const interest = holdTimers(t, INTEREST_MS)
  t.match(await node.client.lookAtNewsletter({ body: { address: nobodys } }), { state: 'looking' })
  t.equal(interest.count, 0)
})

t.test('a root that comes while one looks, and can not be read, ends no more than that', async t => {
  const meeting = Object.assign(new EventEmitter(), { join: () => {}, leave: async () => {} })
  let isBroken = false
  const roots = { get: async () => { if (isBroken) throw new Error('The disk is gone.'); return null } }
  const looking = new Looking({ address: 'y', peer: {}, meeting, roots, log } as unknown as LookingParts)
  await looking.ready()
  isBroken = true
  meeting.emit('rootChanged', 'y')
  await t.resolves(looking.close())
})
