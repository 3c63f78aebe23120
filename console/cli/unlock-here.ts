import { askPassphrase } from './ask.ts'
import type { Connection } from './connect.ts'
import type { Context } from './context.ts'
import { safeText } from './safe-text.ts'

/**
 * Where no node runs, this process is the node for one order, and keys that are locked have to be unlocked for it: asks for
 * the passphrase. A node that runs is unlocked by "colporteur unlock".
 *
 * @param newsletter null: the order needs the keys of all
 * @throws AppError BAD_PASSPHRASE
 */
export async function unlockHere (context: Context, { client, isRunning }: Connection, newsletter: string | null): Promise<void> {
  if (isRunning) return
  const all = newsletter === null ? (await client.listNewsletters()).newsletters : [await client.getNewsletter({ params: { newsletter } })]
  for (const { address, title } of all.filter(({ keys }) => keys === 'locked')) {
    const name = safeText(title) || `colporteur://${address}`
    await client.unlockKeys({ body: { newsletters: [address], passphrase: await askPassphrase(context, `The keys of ${name} are locked. Passphrase: `) } })
  }
}
