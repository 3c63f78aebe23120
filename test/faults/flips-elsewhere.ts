import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { flipBit } from './flip-bit.ts'
import { pick } from './fuzzed-values.ts'
import { findings, type LivedIn, livedInHome } from './lived-in-home.ts'
import type { Figures, Trial } from './suite.ts'

/** So often the same is found one after the other before it is what there is: some of it is being put together again. */
const SETTLED_LOOKS = 4
/** What says that something is wrong, and what to do. */
const TOLD = /damaged|can not be|can't be|not valid|does not say|config\.json|Put it|Remove it|put aside|malformed|not a database|other than/i

/**
 * What lies there as it is, without a hash. Counted, and named; the texts of issues are never others, wherever the bit is.
 * Settings are written by a person's hand: a name that is none, and a value that can't be, are refused, and any other is as
 * good as the first.
 */
const UNGUARDED = /^config\.json/

/**
 * One bit is turned over in any other file of a home: lists, secrets, roots, marks, drafts, indexes, settings. Either all
 * is found as before, or it is said that something is wrong; and a node that does not start says what to do.
 */
export async function flipElsewhere ({ ends, draw, demand }: Trial, flips: number): Promise<Figures> {
  const network = await testNetwork(ends)
  const author = await network.open('author')
  const lived = await livedInHome(network, author)
  ends.teardown(() => lived.node.process.kill())
  const start = async (): Promise<void> => { lived.node = await startNode(lived.home, network.addresses) }
  // What is put together at the first start after all that is there as well.
  await stop(lived)
  await start()
  let before = await settled(lived)
  let known = await toldBy(lived)
  demand(known.size === 0, `nothing is wrong before: ${lived.node.process.stderr.slice(-300)}`)
  await stop(lived)
  const files = await filesOf(lived.home)
  const kinds = [...new Set([...files].flatMap(([name, { length }]) => length > 0 ? [kindOf(name)] : []))]
  const counts = { same: 0, told: 0, 'did not start, and said why': 0, otherwise: 0 }
  const unsaid = new Set<string>()
  let lasting = 0
  for (let i = 1; i <= flips; i++) {
    const kind = pick(kinds, draw)
    const name = pick([...files].flatMap(([name, { length }]) => length > 0 && kindOf(name) === kind ? [name] : []), draw)
    await flipBit(join(lived.home, name), draw)
    let wasOther = false
    const failure = await start().then(() => null, (error: unknown) => String(error))
    if (failure !== null) {
      demand(TOLD.test(failure), `flip ${i}, ${name}: it does not start, and says only: ${failure.slice(0, 300)}`)
      counts['did not start, and said why']++
    } else {
      const after = await settled(lived)
      const others = Object.keys(before).filter(what => after[what] !== before[what])
      const isTold = await saysSo(lived, files, known) || others.some(what => TOLD.test(after[what]!))
      wasOther = others.length > 0
      counts[others.length === 0 ? 'same' : isTold ? 'told' : 'otherwise']++
      if (others.length > 0 && !isTold) {
        unsaid.add(kind)
        const isKnown = UNGUARDED.test(name) && !others.some(what => /^(?:texts|proofs) of/.test(what))
        demand(isKnown, `flip ${i}, ${name}: ${others.map(what => `${what}: ${after[what]!.slice(0, 200)}`).join('; ')}`)
      }
      await stop(lived)
    }
    await putBack(lived.home, files)
    if (failure === null && !wasOther) continue
    // A store by which a home was known is not what it was by its bytes alone: what is told of that must not be taken for what is told of the next bit.
    await start()
    const [now, toldNow] = [await settled(lived), await toldBy(lived)]
    if (JSON.stringify(now) !== JSON.stringify(before)) lasting++
    before = now
    known = toldNow
    await stop(lived)
    await putBack(lived.home, files)
  }
  return {
    'flips elsewhere': flips,
    'in kinds of files': kinds.length,
    ...Object.fromEntries(Object.entries(counts).map(([what, count]) => [`elsewhere ${what}`, count])),
    'not as before when put back': lasting,
    'without a word in': [...unsaid].join(' ') || 'none'
  }
}

async function stop ({ node: { process } }: LivedIn): Promise<void> {
  process.child.kill('SIGTERM')
  await process.finished
}

/** What is found when it does not change any more. */
async function settled (lived: LivedIn): Promise<Record<string, string>> {
  let [last, looks] = ['', 0]
  return await until('nothing changes any more', async () => {
    const found = await findings(lived)
    const text = JSON.stringify(found)
    looks = text === last ? looks + 1 : 1
    last = text
    return looks >= SETTLED_LOOKS ? found : null
  }, () => last)
}

/** In the log, in what `status` shows, or by a file that was put aside. `known`: what is told without that. */
async function saysSo (lived: LivedIn, files: ReadonlyMap<string, Buffer>, known: ReadonlySet<string>): Promise<boolean> {
  const aside = [...(await filesOf(lived.home)).keys()].some(name => name.includes('.damaged-') && !files.has(name))
  return aside || [...await toldBy(lived)].some(told => !known.has(told))
}

/** What a node says of what is wrong. */
async function toldBy ({ node }: LivedIn): Promise<Set<string>> {
  const { problems } = await node.client.getStatus()
  const lines = node.process.stderr.split('\n').filter(line => TOLD.test(line)).map(line => line.replace(/"time":"[^"]*"/, ''))
  return new Set([...problems.map(({ code, reason }) => `${code} ${reason}`), ...lines])
}

/** Names and contents of what lies in a home beside the blocks of the store, which have a suite of their own, and what is made anew at each start. */
async function filesOf (home: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true })
  const names = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(home.length + 1))
  const wanted = names.filter(name => !name.startsWith(join('store', 'db') + sep) && !/^(?:ballast|node\.json)$/.test(name)).sort()
  return new Map(await Promise.all(wanted.map(async name => [name, await readFile(join(home, name))] as const)))
}

/** Numbers and names that are given by chance left out. */
function kindOf (name: string): string {
  return name.replace(/[a-z0-9]{20,}/gi, '*').replace(/\d+/g, 'N')
}

/** As it was, in the same files where they are still there: by some a home is known. */
async function putBack (home: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const name of await readdir(home)) if (/^store\.damaged-/.test(name)) await rm(join(home, name), { recursive: true })
  const now = await filesOf(home)
  for (const name of now.keys()) if (!files.has(name)) await rm(join(home, name))
  for (const [name, content] of files) {
    if (now.get(name)?.equals(content)) continue
    await mkdir(dirname(join(home, name)), { recursive: true })
    await writeFile(join(home, name), content, { mode: 0o600 })
  }
}
