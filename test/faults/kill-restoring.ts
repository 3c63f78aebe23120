import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { killAtWrite, writesUntilEnd } from '../support/kill-at-write.ts'
import { publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { ColporteurProcess } from '../support/processes.ts'
import { until } from '../support/until.ts'
import type { Storm } from './kill.ts'
import type { Trial } from './suite.ts'

/** What a restoring that nobody disturbs writes about, until one has shown it. */
const WRITES = 1_000
/** One is killed at most so often before it may end. */
const MOST_KILLS = 3
/** A newsletter is restored so often, then another one: each restoring makes its root longer. */
const RESTORINGS = 20

interface Lost { newsletter: string, words: string, issues: number, restored: number }

/** The machine is lost, and so is every other one on which the newsletter is restored; each restoring is killed, and begun again. */
export async function killRestoring ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const reader = await network.open('reader')
  let [killed, restorings, lost, torn, writes] = [0, 0, 0, 0, WRITES]
  let stage = await beginAnew(network, reader, 0)
  while (killed < kills) {
    if (stage.restored === RESTORINGS) {
      await reader.client.unsubscribe({ params: { newsletter: stage.newsletter } })
      stage = await beginAnew(network, reader, restorings)
    }
    const home = join(network.folder, `machine-${++restorings}`)
    const begin = (): ColporteurProcess => new ColporteurProcess(['restore', '--home', home, '--yes', '--bootstrap', network.addresses, '--bind', '127.0.0.1'], { input: stage.words })
    const points: (number | null)[] = []
    for (let left = 1 + Math.floor(draw() * MOST_KILLS); left > 0 && killed < kills; left--) {
      const point = await killAtWrite(begin(), Math.floor(draw() * writes), false)
      points.push(point)
      if (point !== null) killed++
    }
    const last = begin()
    writes = Math.max(WRITES / 2, await writesUntilEnd(last))
    const { code, stderr } = await last.finished
    // Killed after it had signed, it was done.
    const isDone = code === 0 || (code === 4 && /already, as w/.test(stderr))
    demand(isDone, `restoring ${restorings}, killed at writes ${points.join(', ')}, ends with ${code}: ${stderr.trim().split('\n').at(-1)}`)
    const found = isDone ? await goOn(network, reader, stage, `machine-${restorings}`) : ['the newsletter']
    demand(found.length === 0, `restoring ${restorings}, killed at writes ${points.join(', ')}: ${found.join('; ')}`)
    if (!isDone) lost++
    else if (found.length > 0) torn++
    if (found.length > 0) stage.restored = RESTORINGS // what is broken is not built on
    await rm(home, { recursive: true, force: true })
  }
  return { lost, torn, figures: { restorings } }
}

/** A newsletter whose words are on paper alone, and a reader who has everything; its machine is gone. */
async function beginAnew (network: TestNetwork, reader: TestNode, number: number): Promise<Lost> {
  const author = await network.open(`author-${number}`)
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'The Long Road', authors: ['Ines'] } })
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  await author.stop()
  await rm(author.home, { recursive: true })
  return { newsletter, words, issues: 2, restored: 0 }
}

/** On the machine on which it was restored somebody publishes on, and the reader sees one newsletter. Says what is not so. */
async function goOn (network: TestNetwork, reader: TestNode, stage: Lost, name: string): Promise<string[]> {
  const { newsletter } = stage
  const params = { newsletter }
  const anew = await network.open(name)
  const wrong: string[] = []
  try {
    await until('the catalogue is here', async () => (await anew.client.getNewsletter({ params })).issues.ready === stage.issues, () => anew.client.getNewsletter({ params }))
    await publishIssues(anew, newsletter, 1, ++stage.issues)
    await untilComplete(reader, newsletter, stage.issues)
    stage.restored++
    const { issues } = await reader.client.listIssues({ params, query: {} })
    if (issues.some(({ number, title }, i) => number !== stage.issues - i || title !== `Issue ${number}`)) wrong.push(`the reader sees ${issues.map(({ number, title }) => `${number} ${title}`).join(', ')}`)
    const { rootNumber, problem, writers } = await reader.client.getNewsletter({ params })
    if (problem) wrong.push(problem.reason)
    if (rootNumber !== stage.restored || writers.length !== stage.restored + 1) wrong.push(`after ${stage.restored} restorings the root is number ${rootNumber}, with ${writers.length} writers`)
    if (writers.some(({ otherHistory }) => otherHistory)) wrong.push('there are two histories')
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  } finally {
    await anew.stop()
  }
  return wrong
}
