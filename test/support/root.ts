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

/** Lets another node write. Returns when it may. */
export async function admitWriter (owner: TestNode, other: TestNode, newsletter: string, name: string): Promise<void> {
  const params = { newsletter }
  const { invitation } = await owner.client.inviteWriter({ params, body: { name } })
  const { acceptance } = await other.client.acceptInvitation({ body: { invitation } })
  await changeRoot(owner, newsletter, { kind: 'admit', acceptance })
  await until(`${name} may publish`, async () => (await other.client.getNewsletter({ params })).role === 'own')
}
