import type { Proposal, RootChange } from '../../shared/api/root.ts'
import type { TestNode } from './network.ts'
import { until } from './until.ts'

/** Changes the root of a newsletter on a node as its owner does: reads what it would do, signs it, and publishes it. */
export async function changeRoot ({ client }: TestNode, newsletter: string, change: RootChange, words?: string): Promise<Proposal> {
  const proposal = await client.proposeRoot({ params: { newsletter }, body: { change } })
  const signed = await client.signProposal({ body: { text: proposal.text, ...(words && { words }) } })
  await client.publishRoot({ body: { text: signed.text } })
  return { ...signed, notes: proposal.notes }
}

/** Waits until a node knows a root document. */
export async function untilRoot ({ client }: TestNode, newsletter: string, number: number): Promise<void> {
  await until(`root document ${number} has come`, async () => (await client.getNewsletter({ params: { newsletter } })).rootNumber === number)
}
