import { setInterval } from 'node:timers/promises'
import type { IssueCopies, IssueCopiesPage } from '../../shared/api/copies.ts'
import { Acknowledged } from './acknowledged.ts'
import { allIssues } from './all-issues.ts'
import { Cabling, type Ends, type MachineNode } from './namespaces.ts'
import { ColporteurProcess } from './processes.ts'
import { seeded } from './random.ts'
import { StormMember } from './storm-member.ts'

/** What a storm is made of, and how it begins; the same seed makes the same orders in the same sequence. */
export interface SoakOptions { seed: number, durationMs: number }

export interface SoakReport {
  seed: number
  events: string[]
  /** Issues of which it was said that they are published, and how often it was said that one is corrected. */
  published: number
  corrected: number
  /** How often the author said of an issue that it is safe, and it was looked at who has it. */
  safeSaid: number
  /** When it was said and was not so. */
  falseSafe: string[]
  /** Issues that were seen with too few copies before they were safe. */
  seenUnsafe: number
  /** Of what was acknowledged, what a node does not have, complete and verified, when all were asked anew at the end. */
  missing: string[]
  /** Issues that the author calls safe at the end. */
  safe: number
}

/** The default of an author: so many copies make an issue safe. */
const COPIES = 3
const LOOK_MS = 400
/** There is something to lose from the beginning. */
const FIRST_ISSUES = 3
/** So long may it take after the storm until everybody has everything. */
const CONVERGE_MS = 180_000
const OWNERS = ['Wei', 'Ines', 'Wei']
const ON_SMALL_DISKS = ['keeper1', 'reader1']
const HOUR_MS = 3_600_000
/** By so much clocks are ahead. */
const CLOCKS_MS = [0, HOUR_MS, -HOUR_MS, 72 * HOUR_MS, -72 * HOUR_MS]

/** One author, three keepers and three readers on machines of their own, to which all happens at random that happens to machines, while issues appear. */
export async function runSoak (t: Ends, { seed, durationMs }: SoakOptions): Promise<SoakReport> {
  const random = seeded(seed)
  // Each process that is started is ended with this one.
  process.setMaxListeners(1_000)
  const cabling = new Cabling(t)
  const middle = cabling.machine('dht')
  const dht = new ColporteurProcess(['bootstrap', '--bind', middle.address], { within: middle.within })
  t.teardown(() => dht.kill())
  const args = ['--bootstrap', await dht.firstLine()]
  const report: SoakReport = { seed, events: [], published: 0, corrected: 0, safeSaid: 0, falseSafe: [], seenUnsafe: 0, missing: [], safe: 0 }
  const startedMs = Date.now()
  const note = (what: string): void => { report.events.push(`${((Date.now() - startedMs) / 1000).toFixed(1)} s: ${what}`) }
  const member = async (label: string): Promise<StormMember> =>
    await StormMember.make(t, { cabling, label, args, note, isOnSmallDisk: ON_SMALL_DISKS.includes(label) })
  const author = await member('author')
  const others = await Promise.all(['keeper1', 'keeper2', 'keeper3', 'reader1', 'reader2', 'reader3'].map(member))
  const everybody = [author, ...others]
  const { newsletter: { address } } = await author.node!.client.createNewsletter({ body: { title: 'The Storm' } })
  for (const [i, { node }] of others.entries()) {
    if (i < OWNERS.length) await node!.client.keepNewsletter({ body: { address, owner: OWNERS[i]! } })
    else await node!.client.subscribe({ body: { address } })
  }

  const unsafe = new Set<string>()
  const acknowledged = new Acknowledged(address)

  const textOf = (number: number): string => `# Issue ${number}\n\n${'wind '.repeat(1 + Math.floor(random() * 20_000))}\n`
  const publish = async (): Promise<void> => {
    if (!author.node) return
    const { ref } = await author.node.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: textOf(report.published + 1) } } })
    acknowledged.add({ ref, revision: 1 })
    report.published++
    note(`issue ${report.published}`)
  }
  const correct = async (): Promise<void> => {
    if (!author.node) return
    const at = Math.floor(random() * acknowledged.refs.length)
    const body = { source: { markdown: textOf(at + 1) }, change: 'correction' } as const
    const { ref, revision } = await author.node.client.correctIssue({ params: { issue: acknowledged.refs[at]! }, body })
    acknowledged.add({ ref, revision })
    report.corrected++
    note(`issue ${at + 1} becomes revision ${revision}`)
  }
  /** Asks a node what it has; of one that can not answer counts what it had. */
  const look = async (one: StormMember): Promise<void> => {
    const issues = await Promise.resolve(one.node && allIssues(one.node.client, address)).catch(() => null)
    if (issues) one.has = new Map(issues.filter(({ state }) => state === 'ready').map(({ ref, revision }) => [ref, revision]))
  }
  const hasNewest = ({ has }: StormMember, ref: string): boolean => acknowledged.isNewest(ref, has.get(ref))
  /** What the author says, and then at once whether it is so. Who was killed since it was last asked may have it. */
  const check = async (): Promise<number> => {
    if (!author.node) return 0
    const issues = await copiesOf(author.node, address)
    await Promise.all(others.map(look))
    let safe = 0
    for (const { ref, number, state, copies } of issues) {
      if (state !== 'safe') {
        unsafe.add(ref)
        continue
      }
      safe++
      report.safeSaid++
      const holders = others.filter(one => hasNewest(one, ref) || one.isUnknown)
      if (holders.length < Math.max(COPIES, copies)) report.falseSafe.push(`issue ${number}: ${copies} copies said, ${holders.map(({ label }) => label).join(', ')} have it`)
    }
    return safe
  }

  for (let i = 0; i < FIRST_ISSUES; i++) await publish()
  const stormMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    if (Date.now() - stormMs > durationMs) break
    await check()
    const one = others[Math.floor(random() * others.length)]!
    const anybody = random() < 0.2 ? author : one
    const happens = drawn(random(), {
      publish: 30, correct: 6, kill: 15, open: 20, cutOff: 10, plugIn: 15, killAuthor: 4, openAuthor: 6, stop: 6, goOn: 12, fill: 5, free: 8, jump: 6
    })
    if (happens === 'publish') await publish()
    else if (happens === 'correct') await correct()
    else if (happens === 'kill') await look(one).then(() => one.kill())
    else if (happens === 'open') await one.open()
    else if (happens === 'cutOff') one.plug(false)
    else if (happens === 'plugIn') one.plug(true)
    else if (happens === 'killAuthor') await author.kill()
    else if (happens === 'openAuthor') await author.open()
    else if (happens === 'stop') await anybody.pause()
    else if (happens === 'goOn') await Promise.all(everybody.map(each => each.resume()))
    else if (happens === 'fill') await others[random() < 0.5 ? 0 : 3]!.fillDisk()
    else if (happens === 'free') await Promise.all(others.map(each => each.freeDisk()))
    else await anybody.setClock(CLOCKS_MS[Math.floor(random() * CLOCKS_MS.length)]!)
  }

  note('the storm is over')
  await Promise.all(everybody.map(one => one.calm()))
  await publish()
  const overMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    report.safe = await check()
    if (report.safe === report.published && others.every(one => acknowledged.refs.every(ref => hasNewest(one, ref)))) break
    if (Date.now() - overMs > CONVERGE_MS) break
  }
  for (const { label, node } of everybody) report.missing.push(...(await acknowledged.missingAt(node!)).map(what => `${label}: ${what}`))
  note(report.missing.length === 0 ? 'everybody has everything' : 'something is missing')
  report.seenUnsafe = unsafe.size
  return report
}

/** What the author says of all its issues. */
async function copiesOf ({ client }: MachineNode, newsletter: string): Promise<IssueCopies[]> {
  const issues: IssueCopies[] = []
  let cursor: string | null = null
  do {
    const page: IssueCopiesPage = await client.listIssueCopies({ params: { newsletter }, query: { limit: 500, ...(cursor && { cursor }) } })
    issues.push(...page.issues)
    cursor = page.next
  } while (cursor)
  return issues
}

/** One of the names, each as often as its number says. */
function drawn<Name extends string> (dice: number, numbers: Record<Name, number>): Name {
  const names = Object.keys(numbers) as Name[]
  let left = dice * names.reduce((sum, name) => sum + numbers[name], 0)
  return names.find(name => (left -= numbers[name]) < 0) ?? names[0]!
}
