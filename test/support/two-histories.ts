import { join } from 'node:path'
import type { Test } from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import type { Writer } from '../../shared/api/newsletters.ts'
import { type HostileAuthor, openHostileAuthor } from './hostile-author.ts'
import { type TestNetwork, type TestNode, untilComplete } from './network.ts'
import { until } from './until.ts'

/** Id of an issue, by one digit. */
export const idOf = (digit: string): string => `01ke70ehg0${digit.repeat(16)}`

/** A writer who may write in two places, and does. */
export async function openAuthor (t: Test, { folder, bootstrap }: TestNetwork, name: string, newsletter = newNewsletter('Two faces')): Promise<HostileAuthor> {
  const author = await openHostileAuthor(join(folder, name), bootstrap, newsletter)
  t.teardown(() => author.close())
  return author
}

export async function publish (author: HostileAuthor, digit: string, number: number, title: string): Promise<void> {
  await author.publish(idOf(digit), { manifest: { title, number, publishedAt: `2026-01-0${number}T00:00:00.000Z` } })
}

export async function subscribed (network: TestNetwork, name: string, newsletter: string, issues: number): Promise<TestNode> {
  const reader = await network.open(name)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, issues)
  return reader
}

export async function untilOtherHistory ({ client }: TestNode, newsletter: string): Promise<NonNullable<Writer['otherHistory']>> {
  return await until('another history is found', async () => (await client.getNewsletter({ params: { newsletter } })).writers[0]!.otherHistory)
}

export interface TwoReaders {
  address: string
  ann: TestNode
  ben: TestNode
  /** The writer again, with the one history and with the other. */
  authors: Record<'first' | 'second', () => Promise<HostileAuthor>>
}

/** One issue that both have, then one that only Ann was shown, and two that only Ben was shown; now they have met. */
export async function twoReaders (t: Test, network: TestNetwork): Promise<TwoReaders> {
  const newsletter = newNewsletter('Two faces')
  const { address } = newsletter
  const authors = { first: () => openAuthor(t, network, 'first', newsletter), second: () => openAuthor(t, network, 'second', newsletter) }
  const first = await authors.first()
  await publish(first, 'a', 1, 'For all')
  await publish(first, 'b', 2, 'For Ann')
  const ann = await subscribed(network, 'ann', address, 2)
  await ann.stop()
  await first.close()
  const second = await authors.second()
  await publish(second, 'a', 1, 'For all')
  await publish(second, 'b', 2, 'For Ben')
  await publish(second, 'c', 3, 'For Ben, too')
  const ben = await subscribed(network, 'ben', address, 3)
  await second.close()
  await ann.restart()
  for (const node of [ann, ben]) {
    await untilOtherHistory(node, address)
    await until('the other history is kept', async () => (await node.client.getWriterHistory({ params: { newsletter: address, writer: 'w1' } })).kept.length > 0)
  }
  return { address, ann, ben, authors }
}
