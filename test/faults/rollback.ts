import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createNewsletter, publishIssues, type TestNetwork, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'
import { changeRoot } from '../support/root.ts'
import type { Suite, Trial } from './suite.ts'

type Kind = 'copied' | 'merged' | 'snapshot' | 'two at once'
const KINDS: Kind[] = ['copied', 'merged', 'snapshot', 'two at once']

/** A home comes back older, in every way in which homes come back, and its owner writes on. */
export const rollback: Suite = {
  options: { restores: 200 },
  run: async trial => {
    const network = await testNetwork(trial.ends)
    let [conflicts, went] = [0, 0]
    for (let i = 1; i <= trial.options['restores']!; i++) {
      const kind = KINDS[i % KINDS.length]!
      const { isSplit, goesOn } = await restore(network, kind, i, trial)
      if (isSplit) conflicts++
      if (goesOn) went++
      trial.demand(!isSplit && goesOn, `restore ${i}, ${kind}: ${isSplit ? 'two histories' : 'it does not go on'}`)
    }
    return { restores: trial.options['restores']!, conflicts, 'went on': went }
  }
}

async function restore (network: TestNetwork, kind: Kind, number: number, { draw }: Trial): Promise<{ isSplit: boolean, goesOn: boolean }> {
  const author = await network.open(`author-${number}`)
  const newsletter = await createNewsletter(author, 'Published once')
  const before = 1 + Math.floor(draw() * 3)
  await publishIssues(author, newsletter, before)
  await author.stop()
  const backup = join(network.folder, `backup-${number}`)
  await cp(author.home, backup, { recursive: true })
  await author.restart()
  const after = 1 + Math.floor(draw() * 3)
  await publishIssues(author, newsletter, after, before + 1)
  const reader = await network.open(`reader-${number}`)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, before + after)

  let all = [author, reader]
  if (kind === 'two at once') {
    const copy = join(network.folder, `copy-${number}`)
    await cp(backup, copy, { recursive: true })
    // Two nodes with one Noise key could not meet each other.
    await rm(join(copy, 'keys', 'node.key'))
    const second = await network.open(`copy-${number}`)
    await publishIssues(second, newsletter, 1, 90).catch(() => {}) // it has to be refused
    all = [author, second, reader]
  } else {
    await author.stop()
    if (kind === 'copied') {
      await rm(author.home, { recursive: true })
      await cp(backup, author.home, { recursive: true })
    } else {
      // As when a whole disk goes back, in which each file is where it was, and the keys are what they were; or parts of a home.
      const parts = kind === 'snapshot' ? (await readdir(author.home)).filter(name => name !== 'keys') : ['store', 'high-water.json', 'library']
      for (const part of parts) {
        await rm(join(author.home, part), { recursive: true })
        if ((await readdir(backup)).includes(part)) await cp(join(backup, part), join(author.home, part), { recursive: true })
      }
      await rm(join(author.home, 'store', 'CORESTORE'))
    }
    await author.restart()
  }
  const goesOn = await writesOn(author, newsletter, before + after + 1)
  if (goesOn) await until('the reader has it', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready >= before + after + 1).catch(() => {})
  const views = await Promise.all(all.map(({ client }) => client.getNewsletter({ params: { newsletter } })))
  const isSplit = views.some(({ writers }) => writers.some(({ otherHistory }) => otherHistory !== null))
  const ready = (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready
  await Promise.all(all.map(node => node.stop()))
  return { isSplit, goesOn: goesOn && ready >= before + after + 1 }
}

/** As the author would: waits for readers, and becomes a new writer where the node says that it has to. */
async function writesOn (author: TestNode, newsletter: string, number: number): Promise<boolean> {
  const params = { newsletter }
  const write = async (): Promise<boolean> => await publishIssues(author, newsletter, 1, number).then(() => true, () => false)
  await until('it is known whether it may write', async () => await write() || (await author.client.getNewsletter({ params })).notWriting)
  const isEnded = async (): Promise<boolean> => /becomes a new writer/.test((await author.client.getNewsletter({ params })).notWriting?.reason ?? '')
  if (!await isEnded()) return await until('it may write when it has caught up', write).catch(() => false)
  const { writers } = await author.client.listWriters({ params })
  const here = writers.find(({ isHere, seal }) => isHere && !seal)
  if (!here) return false
  await changeRoot(author, newsletter, { kind: 'takeOver', writers: [here.writer.id], reason: 'restored' })
  return await until('the new writer may write', write).catch(() => false)
}
