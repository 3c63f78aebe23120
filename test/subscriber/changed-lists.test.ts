import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { KeptNewsletters, plainPromise } from '../../subscriber/keeping/kept-newsletters.ts'
import { type Followed, Subscriptions } from '../../subscriber/subscriptions.ts'
import { changeByHand, turnBitIn } from '../support/by-hand.ts'
import { folderSyncs } from '../support/folder-syncs.ts'
import { log } from '../support/network.ts'

const [FIRST, SECOND, THIRD] = [`m${'y'.repeat(51)}`, `o${'y'.repeat(51)}`, `e${'y'.repeat(51)}`] as const
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
  t.same(subscriptions.damage, { aside: join(folder, aside!) })
  t.equal(await readFile(join(folder, aside!), 'utf8'), damaged, 'as it was found')
  const again = new Subscriptions(file, log)
  t.same(await again.load(async () => { throw new Error('it is whole') }), all)
  t.same(again.damage, subscriptions.damage, 'what was written instead is fine, and says what nobody has looked at')
  t.same(await asideIn(folder), [aside])
  await rm(join(folder, aside!))
  const looked = new Subscriptions(file, log)
  t.same(await looked.load(async () => { throw new Error('it is whole') }), all)
  t.equal(looked.damage, null)
})

t.test('what a policy says is not sure after damage, until it is set, or somebody has looked', async t => {
  const { folder, file } = await subscriptionsIn(t)
  await turnBitIn(file, 'Roads')
  const subscriptions = new Subscriptions(file, log)
  await subscriptions.load(async () => [])
  t.notOk(subscriptions.isSure(FIRST))
  await subscriptions.put({ ...subscriptions.get(FIRST)!, policySaid: true })
  const again = new Subscriptions(file, log)
  await again.load(async () => [])
  t.same([FIRST, SECOND].map(address => again.isSure(address)), [true, false])
  await turnBitIn(file, 'Soads')
  const damagedAnew = new Subscriptions(file, log)
  await damagedAnew.load(async () => [])
  t.notOk(damagedAnew.isSure(FIRST), 'it may be another one since')
  for (const name of await asideIn(folder)) await rm(join(folder, name))
  const looked = new Subscriptions(file, log)
  await looked.load(async () => [])
  t.ok(looked.isSure(SECOND))
})

t.test('lists that can not be mended on a full disk count as far as they can be read, leave no copy behind, and are mended with the next change', async t => {
  const { folder, file } = await subscriptionsIn(t)
  const keptFile = join(folder, 'kept.json')
  await new KeptNewsletters(keptFile, log).put(FIRST, () => ({ ...plainPromise(FIRST), owner: 'Ann' }))
  await turnBitIn(file, 'Roads')
  await turnBitIn(keptFile, 'Ann')
  const [damaged, damagedKept] = [await readFile(file, 'utf8'), await readFile(keptFile, 'utf8')]
  const { end } = await folderSyncs(t, { fails: true })
  const [subscriptions, kept] = [new Subscriptions(file, log), new KeptNewsletters(keptFile, log)]
  t.equal((await subscriptions.load(async () => [])).length, 2)
  await kept.load()
  await kept.mend([SECOND])
  t.same([...kept.all.map(({ address }) => address)], [FIRST, SECOND])
  t.same([subscriptions.damage, kept.damage], [{ aside: null }, { aside: null }])
  t.notOk(subscriptions.isSure(FIRST))
  t.same(await asideIn(folder), [])
  t.same([await readFile(file, 'utf8'), await readFile(keptFile, 'utf8')], [damaged, damagedKept], 'as they were found')
  end()
  await subscriptions.remove(SECOND)
  await kept.change({ owner: 'Ines' })
  const asides = await asideIn(folder)
  t.same([kept.damage, subscriptions.damage], asides.sort().map(aside => ({ aside: join(folder, aside) })))
  t.same(await Promise.all(asides.map(aside => readFile(join(folder, aside), 'utf8'))), [damagedKept, damaged])
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
  t.equal(subscriptions.damage, null)
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
  t.ok(kept.isWrong)
  t.same([await readFile(file, 'utf8'), await asideIn(folder)], [damaged, []], 'whoever ends before all is known leaves it to be found again')
  await kept.mend([THIRD])
  const [aside] = await asideIn(folder)
  t.same(kept.damage, { aside: join(folder, aside!) })
  t.equal(await readFile(join(folder, aside!), 'utf8'), damaged)
  const again = new KeptNewsletters(file, log)
  await again.load()
  t.same([again.isWrong, again.damage], [false, kept.damage], 'what was written instead is fine, and says what nobody has looked at')
  t.match(again.all, [{ address: FIRST }, { address: SECOND }, { address: THIRD, isPrivate: true }])
  await again.change({ owner: 'Ida' })
  await again.remove(THIRD)
  t.same(again.damage, kept.damage)
  await again.change({ maxDiskBytes: null })
  t.equal(again.damage, null, 'who says how much it may take has looked')
  const looked = new KeptNewsletters(file, log)
  await looked.load()
  t.equal(looked.damage, null)

  await changeByHand<{ settings: { owner: string } }>(file, ({ settings }) => { settings.owner = 'Ida' })
  const byHand = new KeptNewsletters(file, log)
  await byHand.load()
  t.equal(byHand.damage, null, 'a hand that has taken the check out is none of anybody\'s business')
  t.equal(byHand.settings.owner, 'Ida')
})

t.test('of a list of what is kept that is no list any more, what is right by itself counts', async t => {
  const file = join(t.testdir({}), 'kept.json')
  const cases: [stored: string, kept: object[], settings: object][] = [
    ['{"settings":{', [], { owner: '', maxDiskBytes: null }],
    ['[]', [], {}],
    ['{"settings":{"owner":"Ines","maxDiskBytes":"20GB"},"kept":{}}', [], { owner: 'Ines', maxDiskBytes: null }],
    [JSON.stringify({ settings: 7, kept: [{ ...plainPromise(FIRST), owner: 'Ann', maxUpBytes: -1 }, { ...plainPromise(SECOND), address: 'none' }, null] }),
      [{ address: FIRST, owner: 'Ann', maxUpBytes: null, isPrivate: true }], {}]
  ]
  for (const [stored, all, settings] of cases) {
    await writeFile(file, stored)
    const kept = new KeptNewsletters(file, log)
    await kept.load()
    t.match([kept.all, kept.settings, kept.isWrong, kept.wasWritten], [all, settings, true, true])
    t.equal(kept.all.length, all.length)
  }
})
