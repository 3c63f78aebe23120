import { link, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { chainWith, parseProposal, proposalOf, readProposal, writeProposal } from '../../shared/format/root-proposal.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { inSteps } from '../../shared/in-steps.ts'
import { sign } from '../../shared/format/signature.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'
import { run } from '../support/processes.ts'

const MIB = 2 ** 20

t.test('two changes of a root that are published at once give one chain: the second is told that it came too late', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  const changes = [{ kind: 'state', state: 'resting' }, { kind: 'writer', writer: 'w1', name: 'Another name' }] as const
  const signed = await Promise.all(changes.map(async change => {
    const { text } = await author.client.proposeRoot({ params, body: { change } })
    return (await author.client.signProposal({ body: { text } })).text
  }))
  const published = await Promise.allSettled(signed.map(async text => await author.client.publishRoot({ body: { text } })))
  t.match(published, [{ value: { number: 1 } }, { reason: { code: 'CONFLICT', message: /Propose the change anew/ } }])
  t.match(await author.client.getNewsletter({ params }), { rootNumber: 1, state: 'resting', problem: null, writers: [{ name: 'An author' }] })
  t.same((await readdir(join(author.home, 'roots'))).filter(name => name.endsWith('.dispute')), [])
})

t.test('what comes from elsewhere while a change is published comes first: nobody sees the other one, and the root is not split', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  const [ours, theirs] = await Promise.all((['resting', 'ended'] as const).map(async state => {
    const { text } = await author.client.proposeRoot({ params, body: { change: { kind: 'state', state } } })
    return (await author.client.signProposal({ body: { text } })).text
  })) as [string, string]
  const rival = await inSteps(chainWith(await inSteps(readProposal(parseProposal(theirs), []))))
  const { offerNext } = Meeting.prototype
  t.teardown(() => { Meeting.prototype.offerNext = offerNext })
  Meeting.prototype.offerNext = async function (chain) {
    await this.offer(rival)
    return await offerNext.call(this, chain)
  }
  await t.rejects(author.client.publishRoot({ body: { text: ours } }), { code: 'CONFLICT', message: /without it. Propose the change anew/ })
  t.match(await author.client.getNewsletter({ params }), { rootNumber: 1, state: 'ended', problem: null })
  t.same((await readdir(join(author.home, 'roots'))).filter(name => name.endsWith('.dispute')), [])
})

t.test('a proposal of a root as long as one may be is read, and what is longer is refused, on the command line as well', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const long = longProposal(7.5 * MIB)
  t.ok(long.length > 10 * MIB)
  t.match(await author.client.readProposal({ body: { text: long } }), { number: 120, effects: [{ code: 'resting' }] })
  const [fits, over] = [join(network.folder, 'fits.json'), join(network.folder, 'over.json')]
  await Promise.all([writeFile(fits, long), writeFile(over, long.padEnd(13 * MIB))])
  await author.stop()
  t.match(await run(['root', 'show', fits, '--home', author.home]), { code: 0, stderr: /Says that the newsletter rests/ })
  const refused = await run(['root', 'show', over, '--home', author.home])
  t.match(refused, { code: 1, stderr: /proposal .*12582912 are allowed/ })
  t.notMatch(refused.stderr, /Publish large issues/)
})

t.test('proposals of several newsletters that wait for others each have a file, and none takes the place of another', async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'home')
  const here = (args: string[], input = ''): ReturnType<typeof run> => run([...args, '--home', home], { input, cwd: network.folder })
  const files: string[] = []
  for (const title of ['One', 'Two']) {
    const created = await here(['newsletter', 'create', '--title', title, '--root-quorum', '2/2', '--json'])
    const { newsletter, sets } = JSON.parse(created.stdout) as { newsletter: { address: string }, sets: [{ words: string }] }
    for (const { words } of sets) await here(['keys', 'confirm', title], words)
    for (const state of ['resting', 'active']) {
      const { stdout } = await here(['root', 'state', title, state, '--yes'], sets[0].words)
      files.push(stdout.trim())
      t.match(await readFile(stdout.trim(), 'utf8').catch(String), newsletter.address)
    }
    t.match(files.at(-2), newsletter.address.slice(0, 8), 'it is named for its newsletter')
  }
  t.equal(new Set(files).size, 4, 'not even one of the same newsletter is replaced')
})

t.test('a file of collected signatures is there whole at any moment', async t => {
  const network = await testNetwork(t)
  const [home, file, before] = ['home', 'ours.json', 'before.json'].map(name => join(network.folder, name)) as [string, string, string]
  const created = await run(['newsletter', 'create', '--title', 'Ours', '--root-quorum', '3/3', '--json', '--home', home])
  const { sets: [one, two] } = JSON.parse(created.stdout) as { sets: [{ words: string }, { words: string }] }
  for (const { words } of JSON.parse(created.stdout).sets as { words: string }[]) await run(['keys', 'confirm', 'Ours', '--home', home], { input: words })
  await run(['root', 'state', 'Ours', 'resting', '--home', home, '--yes', '--out', file], { input: one.words })
  await link(file, before)
  const first = await readFile(file, 'utf8')
  t.match(await run(['root', 'sign', file, '--home', home, '--yes'], { input: two.words }), { code: 0, stderr: /Signed by 2 of the 3/ })
  t.not(await readFile(file, 'utf8'), first)
  t.equal(await readFile(before, 'utf8'), first, 'another file took its place, in which nothing was written over')
})

/** What continues a chain of so many bytes. */
function longProposal (bytes: number): string {
  const root = crowdedRoot(1)
  const count = 120
  const files = root.chainOf(count, (document, number) => [sign(document, root.keys[0]!, rootComment(root.address, number))], () => ({ padding: 'x'.repeat(bytes / count - 1000) }))
  return writeProposal(proposalOf(readRootChain(root.address, files), { state: 'resting' }))
}
