import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { listen } from '../support/events.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete, untilProgress } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { admitWriter, changeRoot, untilRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

t.test('a second author comes in, publishes beside the first, and leaves without a trace of damage', async t => {
  const network = await testNetwork(t)
  const [ines, tomas, reader] = [await network.open('ines'), await network.open('tomas'), await network.open('reader')]
  const newsletter = await createNewsletter(ines, 'The Long Road')
  await publishIssues(ines, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })

  const params = { newsletter }
  const { invitation } = await ines.client.inviteWriter({ params, body: { name: 'Tomas', expires: '2099-01-01' } })
  const { acceptance } = await tomas.client.acceptInvitation({ body: { invitation } })
  await untilComplete(tomas, newsletter, 2)
  await t.rejects(publishIssues(tomas, newsletter, 1, 3), { code: 'NOT_WRITER' }, 'accepting alone lets nobody in')

  const { effects } = await changeRoot(ines, newsletter, { kind: 'admit', acceptance })
  t.match(effects, [{ code: 'letsIn', text: /^Lets a new writer publish: w2 "Tomas", .* until 2099-01-01T00:00:00.000Z\.$/ }])
  await until('Tomas may publish', async () => (await tomas.client.getNewsletter({ params })).role === 'own')
  t.match(await tomas.client.publishIssue({ params, body: { source: { markdown: '# Third' }, dryRun: true } }), { outcome: 'dryRun', number: 3 })
  t.equal((await tomas.client.listWriters({ params })).writers.find(({ isHere }) => isHere)?.length, 0, 'trying writes nothing, also where nothing was written yet')
  await publishIssues(tomas, newsletter, 1, 3)
  await until('Ines has it', async () => (await ines.client.getNewsletter({ params })).issues.ready === 3)
  await publishIssues(ines, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  t.same(await listOf(reader, newsletter), [[4, 'Issue 4'], [3, 'Issue 3'], [2, 'Issue 2'], [1, 'Issue 1']], 'one newsletter, one numbering')
  t.match((await ines.client.listWriters({ params })).writers, [{ isHere: true, issues: 3 }, { isHere: false, issues: 1, writer: { id: 'w2', name: 'Tomas' } }])

  const other = await network.open('other')
  const { acceptance: second } = await other.client.acceptInvitation({ body: { invitation } })
  await t.rejects(ines.client.proposeRoot({ params, body: { change: { kind: 'admit', acceptance: second } } }), { code: 'CONFLICT', message: /Another device/ })

  t.same(await tomas.client.leaveNewsletter({ params, body: {} }), { writer: 'w2', wrote: true })
  await t.rejects(publishIssues(tomas, newsletter, 1, 5), { code: 'NOT_WRITER' })
  await changeRoot(ines, newsletter, { kind: 'retire', writer: 'w2', reason: 'left' })
  await publishIssues(ines, newsletter, 1, 5)
  await untilComplete(reader, newsletter, 5)
  t.match((await reader.client.getNewsletter({ params })), { issues: { total: 5, ready: 5 }, problem: null })
  await untilComplete(tomas, newsletter, 5)
})

t.test('who is let in goes on reading what the others publish in the inbox, and can leave that', async t => {
  const network = await testNetwork(t)
  const [ines, tomas] = [await network.open('ines'), await network.open('tomas')]
  const newsletter = await createNewsletter(ines, 'The Long Road')
  const params = { newsletter }
  await publishIssues(ines, newsletter, 2)
  await tomas.client.subscribe({ body: { address: newsletter } })
  await untilComplete(tomas, newsletter, 2)
  await tomas.client.changeSubscription({ params, body: { folder: 'Friends' } })
  const { subscribedAt } = await tomas.client.getSubscription({ params })
  const inbox = async (): Promise<[string, boolean][]> => (await tomas.client.getInbox({ query: {} })).issues.map(({ title, read }) => [title, read])
  const [second] = (await tomas.client.getInbox({ query: {} })).issues
  await tomas.client.markIssue({ params: { issue: second!.ref }, body: { read: true } })
  const highlight = await tomas.client.highlight({ params: { issue: second!.ref }, body: { quote: 'Issue', before: '', start: 0 } })

  await admitWriter(ines, tomas, newsletter, 'Tomas')
  t.match(await tomas.client.getNewsletter({ params }), { role: 'own', subscribed: true })
  t.match(await ines.client.getNewsletter({ params }), { role: 'own', subscribed: false }, 'who began it has it in no inbox')
  t.same(await inbox(), [['Issue 2', true], ['Issue 1', false]], 'what was received stays, with what was read')
  t.match(await tomas.client.listSubscriptions(), { subscriptions: [{ newsletter, subscribedAt, folder: 'Friends' }] })
  t.match((await tomas.client.listHighlights({ query: {} })).highlights, [{ id: highlight.id }])

  await publishIssues(ines, newsletter, 1, 3)
  await untilComplete(tomas, newsletter, 3)
  await publishIssues(tomas, newsletter, 1, 4)
  t.same(await inbox(), [['Issue 4', true], ['Issue 3', false], ['Issue 2', true], ['Issue 1', false]], 'what another writes is news, what one has written oneself is read')
  t.equal((await tomas.client.getInbox({ query: { unread: true } })).total, 2)
  await t.rejects(tomas.client.changeSubscription({ params, body: { paused: true } }), { code: 'CONFLICT', message: /writes in/ })
  await t.rejects(tomas.client.setPolicy({ params, body: { ...EVERYTHING, last: 1 } }), { code: 'CONFLICT', message: /writes in/ })
  await tomas.restart()
  t.equal((await inbox()).length, 4, 'the next start knows it as well')

  t.match(await tomas.client.unsubscribe({ params, query: {} }), { kept: true, freedBytes: 0 }, 'nothing leaves a machine that writes')
  t.same(await inbox(), [])
  t.match(await tomas.client.getNewsletter({ params }), { role: 'own', subscribed: false, issues: { total: 4 } })
  await t.rejects(tomas.client.unsubscribe({ params, query: {} }), { code: 'CONFLICT' })
  await tomas.client.subscribe({ body: { address: newsletter } })
  t.equal((await inbox()).length, 4)
  await tomas.client.leaveNewsletter({ params, body: {} })
  t.match(await tomas.client.getNewsletter({ params }), { role: 'subscribed', subscribed: true })
  t.equal((await inbox()).length, 4)
})

t.test('a device that was retired while it was off says so by itself, until it writes again or its keys are erased', async t => {
  const network = await testNetwork(t)
  const [ines, tomas] = [await network.open('ines'), await network.open('tomas')]
  const newsletter = await createNewsletter(ines, 'The Long Road')
  const params = { newsletter }
  await publishIssues(ines, newsletter, 1)
  await admitWriter(ines, tomas, newsletter, 'Tomas')
  await untilComplete(tomas, newsletter, 1)
  t.same((await tomas.client.getStatus()).problems, [])
  await tomas.stop()
  await changeRoot(ines, newsletter, { kind: 'retire', writer: 'w2', reason: 'The laptop was sold' })
  await tomas.restart()
  await untilRoot(tomas, newsletter, 2)
  await tomas.restart()
  const told = { code: 'RETIRED', reason: /retired as the writer Tomas on \d{4}-\d\d-\d\d, by .* recovery words .*"The laptop was sold".*invitation/ }
  t.match(await tomas.client.getStatus(), { problems: [{ ...told, reason: new RegExp(`^The Long Road: .*${told.reason.source}`) }] }, 'from the first answer on')
  t.match(await tomas.client.getNewsletter({ params }), { role: 'subscribed', notWriting: told })
  t.equal((await ines.client.getNewsletter({ params })).notWriting, null)

  await admitWriter(ines, tomas, newsletter, 'Tomas again')
  await until('it is over', async () => (await tomas.client.getNewsletter({ params })).notWriting === null)
  await changeRoot(ines, newsletter, { kind: 'retire', writer: 'w3', reason: 'again' })
  await until('it is told while the node runs, too', async () => (await tomas.client.getStatus()).problems.some(({ reason }) => reason.includes('"again"')))
  await tomas.client.leaveNewsletter({ params, body: {} })
  t.same((await tomas.client.getStatus()).problems, [], 'without keys there is nothing more to say')
})

t.test('what a retired device has unsubscribed from, or only keeps, stays so over starts and changes of the root', async t => {
  const network = await testNetwork(t)
  const [ines, tomas] = [await network.open('ines'), await network.open('tomas')]
  const newsletter = await createNewsletter(ines, 'The Long Road')
  const params = { newsletter }
  const role = async (): Promise<string> => (await tomas.client.getNewsletter({ params })).role
  await publishIssues(ines, newsletter, 1)
  await admitWriter(ines, tomas, newsletter, 'Tomas')
  await changeRoot(ines, newsletter, { kind: 'retire', writer: 'w2', reason: 'The laptop was sold' })
  await until('it only reads', async () => await role() === 'subscribed')
  await tomas.client.unsubscribe({ params, query: { keep: true } })
  await tomas.restart()
  t.equal(await role(), 'unsubscribed')

  await tomas.client.keepNewsletter({ body: { address: newsletter } })
  t.equal(await role(), 'keeping')
  await changeRoot(ines, newsletter, { kind: 'state', state: 'resting' })
  await untilRoot(tomas, newsletter, 3)
  await tomas.restart()
  t.equal(await role(), 'keeping')
})

t.test('two writers who publish offline at the same time give one newsletter with one numbering', async t => {
  const network = await testNetwork(t)
  const [ines, tomas, reader] = [await network.open('ines'), await network.open('tomas'), await network.open('reader')]
  const newsletter = await createNewsletter(ines, 'The Long Road')
  await publishIssues(ines, newsletter, 2)
  await admitWriter(ines, tomas, newsletter, 'Tomas')
  await Promise.all([ines.stop(), tomas.stop()])

  // Each alone, one after the other: neither knows of what the other gives.
  await ines.restart()
  await publishIssues(ines, newsletter, 2, 3)
  await ines.stop()
  await tomas.restart()
  await publishIssues(tomas, newsletter, 3, 11)
  t.match((await listOf(tomas, newsletter))[0], [5, 'Issue 13'])
  await ines.restart()

  const together = [[7, 'Issue 13'], [6, 'Issue 12'], [5, 'Issue 4'], [4, 'Issue 11'], [3, 'Issue 3'], [2, 'Issue 2'], [1, 'Issue 1']]
    .sort(([a], [b]) => Number(b) - Number(a))
  await reader.client.subscribe({ body: { address: newsletter } })
  for (const node of [ines, tomas, reader]) {
    await until('all seven are here', async () => (await node.client.getNewsletter({ params: { newsletter } })).issues.ready === 7)
    t.same((await listOf(node, newsletter)).sort(([a], [b]) => b - a), together)
  }
  const { issues } = await reader.client.listIssues({ params: { newsletter }, query: {} })
  const moved = issues.find(({ title }) => title === 'Issue 13')!
  t.match((await reader.client.getIssue({ params: { issue: moved.ref } })).proof, { number: 5 }, 'what was signed is in the proof')
  await publishIssues(ines, newsletter, 1, 8)
  t.match((await listOf(ines, newsletter))[0], [8, 'Issue 8'])
  const file = join(network.folder, 'all.bundle')
  await ines.client.makeBundle({ body: { path: file, newsletters: [newsletter] } })
  const carried = await network.open('carried', { network: false })
  await carried.client.openBundle({ body: { path: file } })
  await until('the bundle was taken in', async () => (await carried.client.getNewsletter({ params: { newsletter } })).issues.ready === 8)
  t.same(await listOf(carried, newsletter), await listOf(ines, newsletter), 'who got it by hand agrees')
})

t.test('a writer whose time is up is refused, here and at readers, until it is given more', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  await t.rejects(author.client.proposeRoot({ params: { newsletter }, body: { change: { kind: 'writer', writer: 'w1', expires: '2020-01-01' } } }), { code: 'BAD_REQUEST' })
  const soon = new Date(Date.now() + 3_000).toISOString()
  t.match(await changeRoot(author, newsletter, { kind: 'writer', writer: 'w1', expires: soon }), { effects: [{ code: 'limits', text: /^Lets the writer w1 .* publish until / }] })
  await until('its time is up', () => Date.now() > Date.parse(soon))
  await t.rejects(publishIssues(author, newsletter, 1, 2), { code: 'NOT_WRITER', message: /until/ })
  await changeRoot(author, newsletter, { kind: 'writer', writer: 'w1', expires: null, name: 'The old laptop' })
  await publishIssues(author, newsletter, 1, 2)
  t.match(await author.client.getNewsletter({ params: { newsletter } }), { rootNumber: 2, writers: [{ name: 'The old laptop', expires: null }], issues: { ready: 2 } })
})

t.test('what is dated after the time of its writer is not published, because no reader would take it', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await changeRoot(author, newsletter, { kind: 'writer', writer: 'w1', expires: '2099-01-01T00:00:00.000Z' })
  const publish = (date: string, dryRun = false): ReturnType<typeof author.client.publishIssue> =>
    author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: `---\ndate: ${date}\n---\n# Dated ${date}\n\nText.\n` }, dryRun } })
  for (const dryRun of [true, false]) await t.rejects(publish('2099-01-01', dryRun), { code: 'BAD_SOURCE', message: /2099-01-01/ })
  const { ref: issue } = await publish('2098-12-31')
  t.match(await author.client.verifyIssue({ params: { issue } }), { verified: true })
  t.match(await author.client.correctIssue({ params: { issue }, body: { source: { markdown: '# Better\n\nText.\n' }, change: 'typo' } }), { outcome: 'published' })
})

t.test('a day until which somebody may write is meant to its end, where it is said', async t => {
  const { folder } = await testNetwork(t)
  const inHonolulu = (args: string[]): ReturnType<typeof run> => run([...args, '--home', join(folder, 'home')], { environment: { TZ: 'Pacific/Honolulu' } })
  await inHonolulu(['newsletter', 'create', '--title', 'Mine'])
  t.match(await inHonolulu(['writers', 'change', 'Mine', 'w1', '--expires', '2099-12-31', '--yes']), { code: 0 })
  t.match(await inHonolulu(['newsletter', 'show', 'Mine', '--json']), { stdout: /"expires":"2100-01-01T09:59:59.999Z"/ })
  t.match(await inHonolulu(['writers', 'list', 'Mine']), { stdout: /until 2099-12-31/ })
  t.match(await inHonolulu(['writers', 'change', 'Mine', 'w1', '--expires', '2099-13-45', '--yes']), { code: 2, stderr: /2099-13-45 is not a time/ })
})

t.test('two of three sets of words act together by passing one file around', async t => {
  const network = await testNetwork(t)
  const [ann, ben] = [join(network.folder, 'ann'), join(network.folder, 'ben')]
  const created = await run(['newsletter', 'create', '--home', ann, '--title', 'Ours', '--root-quorum', '2/3', '--json'])
  t.equal(created.code, 0)
  const { newsletter, sets } = JSON.parse(created.stdout) as { newsletter: { address: string }, sets: { key: string, words: string }[] }
  t.equal(sets.length, 3)
  for (const { words } of sets) t.equal((await run(['keys', 'confirm', 'Ours', '--home', ann], { input: words })).code, 0)

  const file = join(network.folder, 'resting.json')
  const first = await run(['root', 'state', 'Ours', 'resting', '--home', ann, '--yes', '--out', file], { input: sets[0]!.words })
  t.match(first, { code: 0, stdout: `${file}\n`, stderr: /Says that the newsletter rests/ })
  t.match(first.stderr, /Signed by 1 of the 2/)
  t.match(await run(['root', 'sign', file, '--home', ben, '--yes'], { input: sets[0]!.words }), { code: 0, stderr: /Signed by 1 of the 2/ }, 'the same words again count once')
  t.match(await run(['root', 'sign', file, '--home', ben], { input: sets[2]!.words }), { code: 2, stderr: /--yes/ }, 'nobody signs by accident')
  const second = await run(['root', 'sign', file, '--home', ben, '--yes'], { input: sets[2]!.words })
  t.match(second, { code: 0, stdout: /document 1 of the root/, stderr: /Says that the newsletter rests/ })

  const signed = await readFile(file, 'utf8')
  t.match(await run(['root', 'sign', file, '--home', ann, '--yes'], { input: sets[1]!.words }), { code: 0, stdout: /document 1/ }, 'on the first machine any second signature does it')
  t.match(await run(['newsletter', 'show', newsletter.address, '--home', ann]), { code: 0, stdout: /state +resting/ })
  t.match(await run(['root', 'show', file, '--home', ann]), { code: 4, stderr: /has gone on/ }, 'what was published can not be published again')
  t.match(signed, /root proposal/)
})

t.test('root keys are replaced by the old and the new ones together, and the old words are worth nothing then', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const { newsletter: { address: newsletter }, words: old } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  await reader.client.subscribe({ body: { address: newsletter } })
  const params = { newsletter }
  await author.client.confirmWords({ params, body: { words: old } })

  const proposal = await author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 3, threshold: 2 } } })
  t.match(proposal, { complete: false, signers: [{ threshold: 1, signed: [] }, { threshold: 2, signed: { length: 3 } }] }, 'the new keys have signed already')
  t.match(proposal.effects.map(({ text }) => text), [/^Takes from the root the key/, /^Gives the root the keys/, /2 of 3 keys have to sign/])
  const { sets } = await author.client.showWords({ params, body: {} })
  t.same(sets.map(({ next }) => next), [true, true, true], 'the new words can be written down before')
  const propose = async (anew?: boolean): Promise<unknown> => await author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1, ...(anew && { anew }) } } })
  await t.rejects(propose(), { code: 'CONFLICT', message: /keys show.*--anew/ })
  t.same(await author.client.showWords({ params, body: {} }), { sets }, 'another change erases no words that somebody may need')
  await t.rejects(author.client.publishRoot({ body: { text: proposal.text } }), { code: 'BAD_SIGNATURE' }, 'without the old words nothing happens')
  const { text } = await author.client.signProposal({ body: { text: proposal.text, words: old } })
  await author.client.publishRoot({ body: { text } })
  await untilRoot(reader, newsletter, 1)
  t.match(await author.client.getWordCustody({ params }), { sets: 3, threshold: 2, unconfirmed: { length: 3 } })

  const next = await reader.client.proposeRoot({ params, body: { change: { kind: 'state', state: 'resting' } } })
  await t.rejects(reader.client.signProposal({ body: { text: next.text, words: old } }), { code: 'BAD_WORDS', message: /none of the keys/ })
  const once = await reader.client.signProposal({ body: { text: next.text, words: sets[0]!.words } })
  const twice = await reader.client.signProposal({ body: { text: once.text, words: sets[2]!.words } })
  t.ok(twice.complete)
  await reader.client.publishRoot({ body: { text: twice.text } })
  await untilRoot(author, newsletter, 2)
  t.equal((await author.client.getNewsletter({ params })).state, 'resting')

  await propose()
  const toCome = async (): Promise<string[]> => (await author.client.showWords({ params, body: {} })).sets.filter(({ next }) => next).map(({ words }) => words)
  const [given] = await toCome()
  await author.node.listen()
  t.match(await run(['root', 'keys', newsletter, '--anew', '--home', author.home]), { code: 2, stderr: /has not heard.*\n[^]*--yes/ })
  t.same(await toCome(), [given], 'nobody erases them by accident')
  await propose(true)
  t.not((await toCome())[0], given, 'unless that is asked for')
  t.equal((await toCome()).length, 1)
})

t.test('a newsletter that has ended takes no more issues, and names the one that continues it', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'Old')
  const successor = await createNewsletter(author, 'New')
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  await t.rejects(author.client.proposeRoot({ params: { newsletter }, body: { change: { kind: 'successor', successor: newsletter } } }), { code: 'CONFLICT' })
  await reader.client.announceNewsletter({ params: { newsletter }, body: { announce: false } })
  await reader.client.changeSubscription({ params: { newsletter }, body: { receipts: false } })
  await changeRoot(author, newsletter, { kind: 'successor', successor: `colporteur://${successor}` })
  const { effects } = await changeRoot(author, newsletter, { kind: 'state', state: 'ended' })
  t.match(effects.map(({ text }) => text), [/^Retires the writer w1/, /^Ends the newsletter/])
  await t.rejects(publishIssues(author, newsletter, 1, 3), { code: 'NOT_WRITER' })
  await untilRoot(reader, newsletter, 2)
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { state: 'ended', successor, continues: null, successionProblem: null, issues: { ready: 2 } })

  await publishIssues(author, successor, 1, 3)
  await until('the reader is led on', async () => (await reader.client.listSubscriptions()).subscriptions.some(one => one.newsletter === successor))
  await untilComplete(reader, successor, 1)
  t.match(await reader.client.getNewsletter({ params: { newsletter: successor } }), { role: 'subscribed', continues: newsletter, announce: false }, 'who is found by neither')
  t.match(await reader.client.getSubscription({ params: { newsletter: successor } }), { receipts: false }, 'and tells of neither')
  await t.rejects(author.client.proposeRoot({ params: { newsletter: successor }, body: { change: { kind: 'successor', successor: newsletter } } }), { code: 'CONFLICT', message: /can not continue each other/ })
  await reader.client.unsubscribe({ params: { newsletter: successor } })
  await reader.restart()
  await untilProgress(reader, newsletter, 'it has met the author again', ({ peers }) => peers > 0)
  t.same((await reader.client.listSubscriptions()).subscriptions.map(one => one.newsletter), [newsletter], 'who does not want it is not led there again')
})

t.test('a reader is led through eight newsletters that continue one another, and no further', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const addresses: string[] = []
  for (let i = 0; i < 11; i++) addresses.push(await createNewsletter(author, `Number ${i}`))
  for (let i = 10; i > 0; i--) await changeRoot(author, addresses[i - 1]!, { kind: 'successor', successor: addresses[i]! })
  await reader.client.subscribe({ body: { address: addresses[0]! } })
  for (const address of addresses.slice(0, 9)) {
    await until('it is followed', async () => (await reader.client.listNewsletters()).newsletters.some(one => one.address === address && one.rootNumber === 1))
  }
  t.equal((await reader.client.listNewsletters()).newsletters.length, 9)
  t.match(await author.client.getNewsletter({ params: { newsletter: addresses[0]! } }), { successionProblem: { reason: /More than 8/ } })
  t.match(await author.client.getNewsletter({ params: { newsletter: addresses[2]! } }), { successionProblem: null })
})

t.test('what a change of the root has done can be seen, and changed again, as soon as it is published', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  for (const writer of ['w1', 'w2', 'w3']) {
    await changeRoot(author, newsletter, { kind: 'takeOver', writers: [writer], reason: 'renewed' })
    const { writers } = await author.client.listWriters({ params: { newsletter } })
    t.match(writers.at(-2), { isHere: false, seal: { reason: 'renewed' }, writer: { id: writer } })
    t.match(writers.at(-1), { isHere: true, seal: null })
    await publishIssues(author, newsletter, 1, writers.length)
  }
})

t.test('before a writer\'s time is up, those who write are reminded', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const day = 24 * 60 * 60 * 1000
  const expireIn = async (ms: number): Promise<void> => {
    await changeRoot(author, newsletter, { kind: 'writer', writer: 'w1', name: 'laptop', expires: new Date(Date.now() + ms).toISOString() })
  }
  await expireIn(40 * day)
  t.same((await author.client.getStatus()).problems, [])
  await expireIn(14.5 * day)
  t.match((await author.client.getStatus()).problems, [{ code: 'EXPIRED', reason: /^The Long Road: The writer laptop may publish until .*: 14 days are left\. "colporteur writers change"/ }])
  const events = await listen(t, author)
  await expireIn(day + 3_600_000)
  await events.until('statusChanged', ({ problems }) => problems.some(({ reason }) => /1 day is left/.test(reason)))
  // So little above a day that it passes while the test looks.
  await expireIn(day + 2_000)
  await events.until('statusChanged', ({ problems }) => problems.some(({ reason }) => /less than a day is left/.test(reason)))
})

async function listOf ({ client }: TestNode, newsletter: string): Promise<[number, string][]> {
  return (await client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ number, title }) => [number, title])
}

t.test('of two root documents with one number the seals of both count, until the owner settles it', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const params = { newsletter }
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const { issues: [, first] } = await reader.client.listIssues({ params, query: {} })
  await author.stop()
  await changeRoot(reader, newsletter, { kind: 'retire', writer: 'w1', reason: 'lost', lastIssue: first!.ref }, words)
  await reader.stop()
  await author.restart()
  await changeRoot(author, newsletter, { kind: 'state', state: 'resting' })
  await reader.restart()
  for (const node of [author, reader]) {
    await until('it is told', async () => (await node.client.getNewsletter({ params })).problem?.code === 'BAD_ROOT')
    await until('the seal counts', async () => (await node.client.getNewsletter({ params })).issues.ready === 1)
  }
  await t.rejects(publishIssues(author, newsletter, 1, 3), { code: 'NOT_WRITER' })

  const { notes } = await changeRoot(author, newsletter, { kind: 'state', state: 'active' })
  t.match(notes, [{ code: 'settles', text: /carry the number 1\..*settles it.*It said: Retires the writer w1/ }])
  for (const node of [author, reader]) {
    await until('it is settled', async () => (await node.client.getNewsletter({ params })).rootNumber === 2)
    t.equal((await node.client.getNewsletter({ params })).problem, null)
    await until('what was withdrawn has come back', async () => (await node.client.getNewsletter({ params })).issues.ready === 2)
  }
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
})
