import { readdir, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import { createNewsletter, testNetwork, untilComplete } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { flipBit } from './flip-bit.ts'
import { flipElsewhere } from './flips-elsewhere.ts'
import { pick } from './fuzzed-values.ts'
import { oneRound } from './one-round.ts'
import { publishHeavy } from './publish-heavy.ts'
import type { Figures, Suite, Trial } from './suite.ts'

const ISSUES = 6
const ISSUE_BYTES = 300_000
/** So often somebody reads from the damaged machine alone. */
const NEWCOMER_EVERY = 10

/** One bit is turned over while a node is off, in a file of any kind of its store, or elsewhere in its home; then it starts again. */
export const flips: Suite = {
  options: { flips: 500, elsewhere: 500 },
  run: async trial => {
    const { ends, options: { flips, elsewhere } } = trial
    return {
      ...flips ? await oneRound(ends, ends => flipStore({ ...trial, ends }, flips)) : {},
      ...elsewhere ? await oneRound(ends, ends => flipElsewhere({ ...trial, ends }, elsewhere)) : {}
    }
  }
}

/** In a reader's store; every issue is read then. */
async function flipStore ({ ends, draw, demand }: Trial, flips: number): Promise<Figures> {
  const network = await testNetwork(ends)
  const author = await network.open('author')
  const address = await createNewsletter(author, 'Bits')
  for (let i = 1; i <= ISSUES; i++) await publishHeavy(author, network.folder, address, { number: i, bytes: ISSUE_BYTES })
  const home = join(network.folder, 'reader')
  let reader = await startNode(home, network.addresses)
  ends.teardown(() => reader.process.kill())
  await reader.client.subscribe({ body: { address } })
  await untilWhole(reader.client, address)
  const kinds = new Map<string, number>()
  let [rebuilt, slowestMs, newcomers] = [0, 0, 0]
  for (let i = 1; i <= flips; i++) {
    reader.process.child.kill('SIGTERM')
    await reader.process.finished
    const kind = await flipIn(join(home, 'store', 'db'), draw)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    const startedMs = performance.now()
    reader = await startNode(home, network.addresses)
    await untilWhole(reader.client, address)
    slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    const aside = (await readdir(home)).filter(name => name.startsWith('store.damaged-'))
    rebuilt += aside.length
    for (const name of aside) await rm(join(home, name), { recursive: true })
    if (i % NEWCOMER_EVERY !== 0) continue
    await author.stop()
    const newcomer = await network.open(`newcomer-${i}`)
    await newcomer.client.subscribe({ body: { address } })
    await untilComplete(newcomer, address, ISSUES)
    newcomers++
    demand(await countVerified(newcomer.client, address) === ISSUES, `what a newcomer got after flip ${i} is verified`)
    await newcomer.stop()
    await author.restart()
  }
  const counted = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(' ')
  return { flips, 'by kind of file': counted, 'stores put aside': rebuilt, newcomers, 'whole again after ms at most': Math.round(slowestMs) }
}

/** Every kind of file is as likely as the other; in it every bit is. Gives the kind. */
async function flipIn (folder: string, draw: () => number): Promise<string> {
  const files = await Promise.all((await readdir(folder)).map(async name => ({ name, sizeBytes: (await stat(join(folder, name))).size })))
  const full = files.filter(({ name, sizeBytes }) => sizeBytes > 0 && !/^(?:LOCK|LOG|IDENTITY|OPTIONS|SESSION_ID)/.test(name))
  const kindOf = (name: string): string => extname(name) || name.split('-')[0]!
  const kind = pick([...new Set(full.map(({ name }) => kindOf(name)))], draw)
  const { name } = pick(full.filter(({ name }) => kindOf(name) === kind), draw)
  await flipBit(join(folder, name), draw)
  return kind
}

/** All is here, and every hash holds. The node may be opening a new store. */
async function untilWhole (client: Client, newsletter: string): Promise<void> {
  await until('every issue is here and verified', async () => {
    const { issues } = await client.getSubscription({ params: { newsletter } }).then(({ progress }) => progress, () => ({ issues: { ready: 0 } }))
    return issues.ready === ISSUES && await countVerified(client, newsletter) === ISSUES
  }, () => client.getSubscription({ params: { newsletter } }).catch(String))
}

async function countVerified (client: Client, newsletter: string): Promise<number> {
  const { issues } = await client.listIssues({ params: { newsletter } }).catch(() => ({ issues: [] }))
  const verified = await Promise.all(issues.map(({ ref }) => client.verifyIssue({ params: { issue: ref } }).then(({ verified }) => verified, () => false)))
  return verified.filter(Boolean).length
}
