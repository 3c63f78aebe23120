import { readAcceptance, writeInvitation } from '../../shared/format/acceptance.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { HostileAuthor } from './hostile-author.ts'
import type { TestNode } from './network.ts'
import { until } from './until.ts'

/** Lets a writer of this machine publish in the newsletter of a hostile one. */
export async function joinHostile (author: HostileAuthor, { client }: TestNode): Promise<void> {
  const { acceptance } = await client.acceptInvitation({ body: { invitation: writeInvitation({ newsletter: author.address, id: 'x', name: 'Second' }) } })
  const { drive, signingKey } = readAcceptance(acceptance)
  const { writers } = JSON.parse(Buffer.from(author.newsletter.chain.documents[0]!.bytes).toString()) as { writers: RootWriter[] }
  await author.extendRoot({ writers: [...writers, { id: 'w2', name: 'Second', drive, signingKey }] })
  await until('the second may write', async () => (await client.getNewsletter({ params: { newsletter: author.address } })).role === 'own')
}
