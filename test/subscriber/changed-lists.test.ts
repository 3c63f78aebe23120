import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { KeptNewsletters, plainPromise } from '../../subscriber/keeping/kept-newsletters.ts'
import { type Followed, Subscriptions } from '../../subscriber/subscriptions.ts'
import { changeByHand, turnBitIn } from '../support/by-hand.ts'
import { log } from '../support/network.ts'

const [FIRST, SECOND] = [`m${'y'.repeat(51)}`, `o${'y'.repeat(51)}`] as const
const SINCE = '2026-01-05T00:00:00.000Z'

/** Two subscriptions, of which the second is spoken of to nobody. */
async function subscriptionsIn (t: Test): Promise<{ folder: string, file: string }> {
  const folder = t.testdir({})
  const file = join(folder, 'subscriptions.json')
  const subscriptions = new Subscriptions(file, log)
  await subscriptions.put({ address: FIRST, role: 'subscribed', since: SINCE, folder: 'Roads' })
  await subscriptions.put({ address: SECOND, role: 'subscribed', since: SINCE, announce: false })
  return { folder, file }
}

async function asideIn (folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => name.includes('.damaged-'))
}

t.test('of a list of subscriptions in which a bit has turned over, a copy is kept, what can be read counts, and it is said', async t => {
  const { folder, file } = await subscriptionsIn(t)
  await turnBitIn(file, 'Roads')
  const damaged = await readFile(file, 'utf8')
  const subscriptions = new Subscriptions(file, log)
  const third: Followed = { address: FIRST, role: 'subscribed', since: SINCE, receipts: false, announce: false }
  const all = await subscriptions.load(async () => [third])
  t.same(all, [{ address: FIRST, role: 'subscribed', since: SINCE, folder: 'Soads' }, { address: SECOND, role: 'subscribed', since: SINCE, announce: false }])
  const [aside] = await asideIn(folder)
  t.equal(subscriptions.damaged, join(folder, aside!))
  t.equal(await readFile(join(folder, aside!), 'utf8'), damaged, 'as it was found')
  const again = new Subscriptions(file, log)
  t.same(await again.load(async () => { throw new Error('it is whole') }), all)
  t.equal(again.damaged, null, 'what was written instead is fine')
})

t.test('a subscription that damage has taken out of the list comes back from elsewhere, and one that may not be spoken of stays so', async t => {
  const { file } = await subscriptionsIn(t)
  const known: Followed[] = [FIRST, SECOND].map(address => ({ address, role: 'subscribed', since: SINCE, receipts: false, announce: false }))
  await turnBitIn(file, FIRST) // no letter of an address any more
  await turnBitIn(file, 'announce')
  const all = await new Subscriptions(file, log).load(async () => known)
  t.match(all.map(({ address, announce }) => [address, announce]), [[FIRST, false], [SECOND, false]])
})

t.test('a list of subscriptions of an earlier version, or of a hand that has taken the check out, is as good as any', async t => {
  const { folder, file } = await subscriptionsIn(t)
  await changeByHand<{ followed: Followed[] }>(file, ({ followed }) => { followed[0]!.folder = 'Rivers' })
  const subscriptions = new Subscriptions(file, log)
  t.match(await subscriptions.load(async () => { throw new Error('it is whole') }), [{ folder: 'Rivers' }, { announce: false }])
  t.equal(subscriptions.damaged, null)
  t.same(await asideIn(folder), [])
})

t.test('of a list of what is kept in which a bit has turned over, a copy is kept, what can be read counts, and it is said', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'kept.json')
  const written = new KeptNewsletters(file, log)
  await written.change({ owner: 'Ines', maxDiskBytes: 50_000_000 })
  await written.put(FIRST, () => ({ ...plainPromise(FIRST), owner: 'Ann' }))
  await written.put(SECOND, () => ({ ...plainPromise(SECOND), isPrivate: true }))
  await turnBitIn(file, 'Ann')
  await turnBitIn(file, 'isPrivate')
  const damaged = await readFile(file, 'utf8')
  const kept = new KeptNewsletters(file, log)
  await kept.load()
  t.match(kept.all, [{ address: FIRST, owner: '@nn' }, { address: SECOND, isPrivate: true }], 'what was for nobody to see stays so')
  t.match(kept.settings, { owner: 'Ines', maxDiskBytes: 50_000_000 })
  const [aside] = await asideIn(folder)
  t.equal(kept.damaged, join(folder, aside!))
  t.equal(await readFile(join(folder, aside!), 'utf8'), damaged)
  const again = new KeptNewsletters(file, log)
  await again.load()
  t.equal(again.damaged, null)
  t.match(again.all, kept.all)

  await changeByHand<{ settings: { owner: string } }>(file, ({ settings }) => { settings.owner = 'Ida' })
  const byHand = new KeptNewsletters(file, log)
  await byHand.load()
  t.equal(byHand.damaged, null, 'a hand that has taken the check out is none of anybody\'s business')
  t.equal(byHand.settings.owner, 'Ida')
})
