import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { AppError } from '../../shared/errors.ts'
import { KeptNewsletters } from '../../subscriber/keeping/kept-newsletters.ts'
import { Library } from '../../subscriber/library/library.ts'
import type { Followed } from '../../subscriber/subscriptions.ts'
import { changeByHand, turnBitIn } from '../support/by-hand.ts'
import { createNewsletter, log, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { changeRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

interface Stage { network: TestNetwork, author: TestNode, newsletter: string, reader: TestNode, params: { newsletter: string } }

/** A reader who has a newsletter of two issues. */
async function subscribed (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  return { network, author, newsletter, reader, params: { newsletter } }
}

async function followedBy ({ home }: TestNode): Promise<Followed[]> {
  return (JSON.parse(await readFile(join(home, 'subscriptions.json'), 'utf8')) as { followed: Followed[] }).followed
}

t.test('what a reader calls a newsletter is shown, goes before titles, and is told to nobody', async t => {
  const { author, newsletter, reader, params } = await subscribed(t)
  const other = await createNewsletter(author, 'Letters')
  await reader.client.subscribe({ body: { address: other } })
  await until('the title of the other one is known', async () => (await reader.client.getSubscription({ params: { newsletter: other } })).title === 'Letters')
  t.match(await reader.client.changeSubscription({ params, body: { petName: ' Letters ' } }), { petName: 'Letters', title: 'The Long Road' })
  t.equal((await reader.client.getSubscription({ params: { newsletter: 'letters' } })).newsletter, newsletter, 'no title can pass for it')
  t.equal((await reader.client.getInbox()).issues[0]!.petName, 'Letters')
  await reader.restart()
  await reader.client.unsubscribe({ params, query: { keep: true } })
  await reader.client.subscribe({ body: { address: newsletter } })
  t.match(await reader.client.getSubscription({ params }), { petName: 'Letters' })
  await reader.client.changeSubscription({ params, body: { petName: 'Mine alone' } })
  t.notMatch((await reader.client.getOpml()).opml, /Mine alone/)
  const page = await reader.client.getIssueContent({ params: { issue: (await reader.client.getInbox()).issues[0]!.ref }, query: { format: 'html' } })
  t.notMatch(JSON.stringify(page), /Mine alone/)
  t.match(await reader.client.changeSubscription({ params, body: { petName: '' } }), { petName: '' })
  t.equal((await reader.client.getSubscription({ params: { newsletter: 'letters' } })).newsletter, other)
})

t.test('where two newsletters are called the same by their reader, no title passes for either', async t => {
  const { author, newsletter, reader, params } = await subscribed(t)
  const [other, titled] = [await createNewsletter(author, 'Another road'), await createNewsletter(author, 'Letters')]
  for (const address of [other, titled]) await reader.client.subscribe({ body: { address } })
  await until('the title is known', async () => (await reader.client.getSubscription({ params: { newsletter: titled } })).title === 'Letters')
  t.equal((await reader.client.getSubscription({ params: { newsletter: 'letters' } })).newsletter, titled)
  await reader.client.changeSubscription({ params, body: { petName: 'Letters' } })
  await reader.client.changeSubscription({ params: { newsletter: other }, body: { petName: 'letters' } })
  await t.rejects(reader.client.unsubscribe({ params: { newsletter: 'Letters' }, query: {} }), { code: 'AMBIGUOUS', message: new RegExp(`${newsletter}[^]*${other}|${other}[^]*${newsletter}`) })
  t.equal((await reader.client.listSubscriptions()).subscriptions.length, 3)
})

t.test('of two things that are said of a newsletter at once, both count, and still do after a restart', async t => {
  const { reader, params } = await subscribed(t)
  const say = async (body: Parameters<typeof reader.client.changeSubscription>[0]['body']): Promise<unknown> => await reader.client.changeSubscription({ params, body })
  await Promise.all([say({ paused: true }), say({ folder: 'Work' }), say({ receipts: false })])
  t.match(await reader.client.getSubscription({ params }), { paused: true, folder: 'Work', receipts: false })
  await reader.restart()
  t.match(await reader.client.getSubscription({ params }), { paused: true, folder: 'Work', receipts: false })

  await Promise.all([say({ paused: false }), reader.client.announceNewsletter({ params, body: { announce: false } })])
  t.match(await reader.client.getNewsletter({ params }), { announce: false })
  t.match(await followedBy(reader), [{ announce: false, folder: 'Work', paused: undefined }])

  const [ended] = await Promise.all([reader.client.unsubscribe({ params, query: { keep: true } }), say({ folder: 'News' }).catch(() => {})]) // it may be over first
  t.match(ended, { kept: true })
  await reader.restart()
  t.match(await reader.client.listNewsletters(), { newsletters: [{ role: 'unsubscribed' }] }, 'what was ended is not begun again by what was said beside it')
})

t.test('a subscription whose end was interrupted is ended at the next start', async t => {
  const { reader, newsletter, params } = await subscribed(t)
  const works = Library.prototype.removeNewsletter
  Library.prototype.removeNewsletter = async () => { throw new AppError('DISK_FULL', 'Killed here.') }
  t.teardown(() => { Library.prototype.removeNewsletter = works })
  await t.rejects(reader.client.unsubscribe({ params }))
  Library.prototype.removeNewsletter = works
  await reader.restart()
  t.same(await reader.client.listNewsletters(), { newsletters: [] })
  t.equal((await reader.client.getInbox({})).total, 0)
  t.same(await readdir(join(reader.home, 'roots')), [])
  t.same(await followedBy(reader), [])
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
})

t.test('a subscription that could not be written down was not made, and can be made then', async t => {
  const { reader, author } = await subscribed(t)
  const other = await createNewsletter(author, 'Another')
  const file = join(reader.home, 'subscriptions.json')
  await rm(file)
  await mkdir(join(file, 'in-the-way'), { recursive: true })
  await t.rejects(reader.client.subscribe({ body: { address: other } }))
  await rm(file, { recursive: true })
  t.equal((await reader.client.listSubscriptions()).subscriptions.length, 1)
  await reader.client.subscribe({ body: { address: other } })
  t.equal((await reader.client.listSubscriptions()).subscriptions.length, 2)
  t.equal((await followedBy(reader)).length, 2)
})

t.test('who has left the newsletter that continues another is not led there again by following the other again', async t => {
  const { author, reader, newsletter, params } = await subscribed(t)
  const next = await createNewsletter(author, 'The Longer Road')
  await changeRoot(author, newsletter, { kind: 'successor', successor: next })
  await until('the reader is led on, once', async () => (await followedBy(reader)).some(({ led }) => led === next))
  await reader.client.unsubscribe({ params: { newsletter: next } })
  await reader.client.unsubscribe({ params, query: { keep: true } })
  await reader.client.subscribe({ body: { address: newsletter } })
  t.match(await followedBy(reader), [{ address: newsletter, led: next }])
})

t.test('what a keeper was giving up when it was killed is given up at the next start', async t => {
  const { network, newsletter } = await subscribed(t)
  const keeper = await network.open('keeper')
  await keeper.client.keepNewsletter({ body: { address: newsletter } })
  await until('it has the issues', async () => (await keeper.client.listKept()).kept[0]!.issues.ready === 2)
  await keeper.stop()
  const file = join(keeper.home, 'kept.json')
  await changeByHand<{ kept: unknown[] }>(file, stored => { stored.kept = [] })
  await keeper.restart()
  t.same(await keeper.client.listNewsletters(), { newsletters: [] })
  t.same(await followedBy(keeper), [])
})

t.test('what a keeper keeps is not given up because a bit has turned over in the list of it', async t => {
  const { network, newsletter } = await subscribed(t)
  const keeper = await network.open('keeper')
  await keeper.client.keepNewsletter({ body: { address: newsletter } })
  const untilThere = async (): Promise<unknown> => await until('it has the issues', async () => {
    return (await keeper.client.listKept()).kept.some(kept => kept.newsletter === newsletter && kept.issues.ready === 2)
  }, () => keeper.client.listKept())
  await untilThere()
  await keeper.stop()
  const file = join(keeper.home, 'kept.json')
  await turnBitIn(file, newsletter)
  await new KeptNewsletters(file, log).load() // by a process that ended before anything was followed
  await keeper.restart()
  t.match((await keeper.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /what is kept .* changed by something other .* kept as .*kept\.json\.damaged-/ }])
  await untilThere()
  await keeper.restart()
  t.match((await keeper.client.getStatus()).problems, [{ code: 'BAD_CONFIG', reason: /kept as .*kept\.json\.damaged-/ }], 'it is said until somebody has looked')
  await keeper.client.changeKeeperSettings({ body: { maxDiskBytes: null } })
  t.same((await keeper.client.getStatus()).problems, [])
  await untilThere()
})
