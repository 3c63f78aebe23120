import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { killAtWrite, writesUntilEnd } from '../support/kill-at-write.ts'
import { publishIssues, testNetwork, type TestNetwork, type TestNode } from '../support/network.ts'
import { ColporteurProcess } from '../support/processes.ts'
import type { Storm } from './kill.ts'
import type { Trial } from './suite.ts'

const PASSPHRASE = 'correct horse battery staple'
const ISSUES = 12
const DRAFTS = 4
const NEWSLETTERS = 8
/** What an opening that nobody disturbs writes about, until one has shown it. */
const WRITES = 300
/** One is killed at most so often before it may end. */
const MOST_KILLS = 3
const KINDS = ['backup', 'bundle'] as const
type Kind = typeof KINDS[number]
const COMMANDS: Record<Kind, string[]> = { backup: ['backup', 'open'], bundle: ['open'] }

/** What is carried to another machine in files, and how it is there. */
interface Carried { files: Record<Kind, string>, newsletter: string, drafts: string[], counts: unknown, followed: unknown }

/** A backup and a bundle are taken over on empty machines, and the command is killed under it: run again, it takes over all, and each thing once. */
export async function killOpening ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const carried = await carry(network)
  const writes: Record<Kind, number> = { backup: WRITES, bundle: WRITES }
  let [killed, openings, lost, torn] = [0, 0, 0, 0]
  while (killed < kills) {
    const kind = KINDS[openings++ % KINDS.length]!
    const name = `machine-${openings}`
    const home = join(network.folder, name)
    const begin = (): ColporteurProcess => new ColporteurProcess([...COMMANDS[kind], carried.files[kind], '--home', home], { input: PASSPHRASE })
    const points: (number | null)[] = []
    // Of few kills, some are for the other kind.
    for (let left = Math.min(1 + Math.floor(draw() * MOST_KILLS), Math.ceil((kills - killed) / KINDS.length)); left > 0; left--) {
      const point = await killAtWrite(begin(), Math.floor(draw() * writes[kind]), false)
      points.push(point)
      if (point !== null) killed++
    }
    const last = begin()
    writes[kind] = Math.max(WRITES / 4, await writesUntilEnd(last))
    const { code, stderr } = await last.finished
    const wrong = code === 0 ? await look(network, name, kind, carried) : [`it ends with ${code}: ${stderr.trim().split('\n').at(-1)}`]
    demand(wrong.length === 0, `opening ${openings}, of a ${kind}, killed at writes ${points.join(', ')}: ${wrong.join('; ')}`)
    if (code !== 0) lost++
    else if (wrong.length > 0) torn++
    await rm(home, { recursive: true, force: true })
  }
  return { lost, torn, figures: { openings } }
}

/** A machine on which somebody writes and reads, in all the ways in which newsletters are followed; it is gone afterwards. */
async function carry (network: TestNetwork): Promise<Carried> {
  const old = await network.open('old', { network: false })
  const { client } = old
  const { newsletter: { address: newsletter }, words } = await client.createNewsletter({ body: { title: 'Carried' } })
  await client.confirmWords({ params: { newsletter }, body: { words } })
  const refs = await publishIssues(old, newsletter, ISSUES)
  for (const issue of refs) await client.saveIssue({ params: { issue }, body: { saved: true } })
  const drafts: string[] = []
  for (let i = 0; i < DRAFTS; i++) {
    const { id } = await client.createDraft({ body: { newsletter } })
    await client.putDraftFile({ params: { draft: id, name: 'data.bin' }, body: new Uint8Array(100_000).fill(i) })
    await client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, title: `Draft ${id}`, subtitle: '', markdown: `Text of ${id}.` } })
    drafts.push(id)
  }
  for (let i = 0; i < NEWSLETTERS; i++) {
    const { address } = newNewsletter('Nobody')
    const params = { newsletter: address }
    await client.subscribe({ body: { address, announce: i % 2 === 0, receipts: i % 3 === 0 } })
    await client.setPolicy({ params, body: { ...EVERYTHING, last: i + 1 } })
    await client.changeSubscription({ params, body: { folder: `Folder ${i}`, paused: i === 1 } })
    if (i === 2) await client.unsubscribe({ params, query: { keep: true } })
  }
  const files = { backup: join(network.folder, 'all.backup'), bundle: join(network.folder, 'carried.bundle') }
  const { counts } = await client.makeBackup({ body: { path: files.backup, passphrase: PASSPHRASE } })
  await client.makeBundle({ body: { path: files.bundle, newsletters: [newsletter] } })
  const followed = await followedOn(old, newsletter)
  await old.stop()
  await rm(old.home, { recursive: true })
  return { files, newsletter, drafts, counts, followed }
}

/** How each newsletter but one is followed. */
async function followedOn ({ client }: TestNode, but: string): Promise<unknown> {
  const [{ newsletters }, { subscriptions }] = await Promise.all([client.listNewsletters(), client.listSubscriptions()])
  const others = newsletters.filter(({ address }) => address !== but).sort((a, b) => a.address < b.address ? -1 : 1)
  return others.map(({ address, role, paused, announce }) => {
    const { folder, policy, receipts } = subscriptions.find(({ newsletter }) => newsletter === address) ?? {}
    return { address, role, paused, announce, folder, policy, receipts }
  })
}

/** What is not on a machine as it was carried there. */
async function look (network: TestNetwork, name: string, kind: Kind, { newsletter, drafts, counts, followed }: Carried): Promise<string[]> {
  const wrong = (await readdir(join(network.folder, name))).includes('opening') ? ['what was unpacked is left'] : []
  const node = await network.open(name, { network: false })
  const { client } = node
  const demand = (what: string, found: unknown, wanted: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
  }
  try {
    if (kind === 'bundle') {
      const { issues } = await client.listIssues({ params: { newsletter }, query: {} })
      demand('issues', issues.map(({ state }) => state), Array.from({ length: ISSUES }, () => 'ready'))
      for (const { ref } of issues) demand(ref, (await client.verifyIssue({ params: { issue: ref } })).verified, true)
      return wrong
    }
    const path = join(network.folder, `${name}.backup`)
    demand('what is there', (await client.makeBackup({ body: { path, passphrase: PASSPHRASE } })).counts, counts)
    await rm(path)
    demand('how it is followed', await followedOn(node, newsletter), followed)
    for (const draft of drafts) {
      const { title, markdown, files } = await client.getDraft({ params: { draft } })
      demand('a draft', [title, markdown, files.map(({ name }) => name)], [`Draft ${draft}`, `Text of ${draft}.`, ['data.bin']])
    }
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  } finally {
    await node.stop()
  }
  return wrong
}
