import { join } from 'node:path'
import { createIssueId } from '../../shared/format/id.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { publishIssues, type TestNetwork, type TestNode, untilProgress } from '../support/network.ts'
import { appendRawIssue, rawEntry } from '../support/raw-index.ts'
import { until } from '../support/until.ts'
import type { Trial } from './suite.ts'

/** Of all indexes of a newsletter: so little that it is passed soon. */
const MOST_BYTES = 1_000_000
const ENTRY_BYTES = 20_000

interface Playing extends Pick<Trial, 'demand'> {
  network: TestNetwork
  honest: TestNode
  /** A newsletter of the honest one. */
  good: string
  many: number
}

/** An index that goes on and on: what is here of it stays, and no more comes. @returns how much of it is kept */
export async function playEndlessIndex ({ network, honest, good, many, demand }: Playing): Promise<number> {
  const author = await openHostileAuthor(join(network.folder, 'endless'), network.bootstrap)
  try {
    const { address } = author
    const params = { newsletter: address }
    const reader = await network.open('reader of the endless', { mostIndexBytes: MOST_BYTES })
    const known = async (): Promise<number> => (await reader.client.getSubscription({ params })).progress.issues.ready
    const kept = async (): Promise<number> => (await reader.client.getNewsletter({ params })).limits.indexBytes
    const [before, after] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date())]
    await author.publish(before, {})
    for (const newsletter of [address, good]) await reader.client.subscribe({ body: { address: newsletter } })
    await until('the issue before the endless index is ready', async () => await known() === 1, () => reader.client.getSubscription({ params }))
    const { ready } = (await honest.client.getNewsletter({ params: { newsletter: good } })).issues

    const entry = rawEntry('/a', { blob: null, metadata: 'x'.repeat(ENTRY_BYTES) })
    for (let i = 0; i < Math.max(many, 100); i += 100) await author.appendRaw(Array.from({ length: 100 }, () => entry))
    await appendRawIssue(author, after)
    await untilProgress(reader, address, 'the endless index is told', ({ problem }) => problem?.code === 'TOO_LARGE')
    const keptBytes = await kept()
    demand(keptBytes > 0 && keptBytes <= MOST_BYTES, `no more is kept of an endless index than it may take, and not ${keptBytes} bytes`)
    await author.appendRaw(Array.from({ length: 100 }, () => entry))
    await publishIssues(honest, good, 1, ready + 1)
    await untilProgress(reader, good, 'the honest newsletter goes on', ({ problem, issues }) => problem === null && issues.ready === ready + 1)
    demand(await known() === 1 && await kept() === keptBytes, 'what was here of it stays, and no more comes')

    await reader.restart()
    await untilProgress(reader, address, 'it is told after a start, too', ({ problem }) => problem?.code === 'TOO_LARGE')
    await until('it is measured again', async () => await kept() > 0, kept)
    demand(await known() === 1 && await kept() <= MOST_BYTES, 'nor does more come after a start')
    await reader.stop()
    return keptBytes
  } finally {
    await author.close()
  }
}
