import { setInterval } from 'node:timers/promises'
import { Cabling, type Ends, type Machine, type MachineNode, nodesOn } from './namespaces.ts'
import { ColporteurProcess } from './processes.ts'
import { seeded } from './random.ts'

/** What a storm is made of, and how it begins; the same seed makes the same orders in the same sequence. */
export interface SoakOptions { seed: number, durationMs: number }

export interface SoakReport {
  seed: number
  events: string[]
  published: number
  /** How often the author said of an issue that it is safe, and it was looked at who has it. */
  safeSaid: number
  /** When it was said and was not so. */
  falseSafe: string[]
  /** Issues that were seen with too few copies before they were safe. */
  seenUnsafe: number
  /** Issues that each node has at the end. */
  ready: Record<string, number>
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

interface Member { label: string, machine: Machine, node: MachineNode | null, isPlugged: boolean, has: Set<string>, unknown: boolean }

/** One author, three keepers and three readers on machines of their own, which are killed, cut off and brought back at random while issues appear. */
export async function runSoak (t: Ends, { seed, durationMs }: SoakOptions): Promise<SoakReport> {
  const random = seeded(seed)
  // Each process that is started is ended with this one.
  process.setMaxListeners(1_000)
  const start = await nodesOn(t)
  const cabling = new Cabling(t)
  const middle = cabling.machine('dht')
  const dht = new ColporteurProcess(['bootstrap', '--bind', middle.address], { within: middle.within })
  t.teardown(() => dht.kill())
  const args = ['--bootstrap', await dht.firstLine()]
  const report: SoakReport = { seed, events: [], published: 0, safeSaid: 0, falseSafe: [], seenUnsafe: 0, ready: {}, safe: 0 }
  const startedMs = Date.now()
  const note = (what: string): void => { report.events.push(`${((Date.now() - startedMs) / 1000).toFixed(1)} s: ${what}`) }
  const member = (label: string): Member => ({ label, machine: cabling.machine(label), node: null, isPlugged: true, has: new Set(), unknown: false })
  const author = member('author')
  const others = ['keeper1', 'keeper2', 'keeper3', 'reader1', 'reader2', 'reader3'].map(member)
  const everybody = [author, ...others]
  const open = async (one: Member): Promise<void> => {
    if (one.node) return
    one.node = await start(one.machine, args, one.label)
    note(`${one.label} starts`)
    one.unknown = false
  }
  await Promise.all(everybody.map(open))
  const { newsletter: { address } } = await author.node!.client.createNewsletter({ body: { title: 'The Storm' } })
  for (const [i, { node }] of others.entries()) {
    if (i < OWNERS.length) await node!.client.keepNewsletter({ body: { address, owner: OWNERS[i]! } })
    else await node!.client.subscribe({ body: { address } })
  }

  const unsafe = new Set<string>()

  const publish = async (): Promise<void> => {
    if (!author.node) return
    const text = `# Issue ${report.published + 1}\n\n${'wind '.repeat(1 + Math.floor(random() * 20_000))}\n`
    await author.node.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: text } } })
    report.published++
    note(`issue ${report.published}`)
  }
  const kill = async (one: Member): Promise<void> => {
    if (!one.node) return
    await look(one)
    note(`${one.label} is killed`)
    await one.node.kill()
    one.node = null
    one.unknown = true
  }
  const plug = (one: Member, isIn: boolean): void => {
    if (one.isPlugged === isIn) return
    note(`${one.label} is ${isIn ? 'plugged in' : 'cut off'}`)
    cabling.plug(one.machine, isIn)
    one.isPlugged = isIn
  }
  /** Asks a node what it has; nothing that was there goes. */
  const look = async (one: Member): Promise<void> => {
    if (!one.node) return
    const { issues } = await one.node.client.listIssues({ params: { newsletter: address }, query: { limit: 500 } }).catch(() => ({ issues: [] }))
    for (const { id, state } of issues) if (state === 'ready') one.has.add(id)
  }
  /** What the author says, and then at once whether it is so. Who was killed since it was last asked may have it. */
  const check = async (): Promise<number> => {
    if (!author.node) return 0
    const { issues } = await author.node.client.listIssueCopies({ params: { newsletter: address }, query: { limit: 500 } })
    await Promise.all(others.map(look))
    let safe = 0
    for (const { id, number, state, copies } of issues) {
      if (state !== 'safe') {
        unsafe.add(id)
        continue
      }
      safe++
      report.safeSaid++
      const holders = others.filter(({ has, unknown }) => has.has(id) || unknown)
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
    const dice = random()
    if (dice < 0.3) await publish()
    else if (dice < 0.45) await kill(one)
    else if (dice < 0.65) await open(one)
    else if (dice < 0.75) plug(one, false)
    else if (dice < 0.9) plug(one, true)
    else if (dice < 0.94) await kill(author)
    else await open(author)
  }

  note('the storm is over')
  for (const one of everybody) plug(one, true)
  await Promise.all(everybody.map(open))
  await publish()
  const overMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    report.safe = await check()
    if (report.safe === report.published && others.every(({ has }) => has.size === report.published)) break
    if (Date.now() - overMs > CONVERGE_MS) break
  }
  note('everybody has everything')
  report.ready = Object.fromEntries(others.map(({ label, has }) => [label, has.size]))
  report.seenUnsafe = unsafe.size
  return report
}
