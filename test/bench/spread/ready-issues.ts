import type { Client } from '../../../shared/api/client.ts'
import { allIssues } from '../../support/all-issues.ts'
import { EventsEnded, listenTo } from '../../support/events.ts'

/** A node, as it is asked and listened to. */
export interface Followed { client: Client, url: string, token: string }

/**
 * Follows which issues are ready on a node, until the signal ends it. Where this process finds no time to read what it is told,
 * the node lets go of it, as of every page that does not read: then it listens again, and looks at what is there.
 *
 * @param onReady by its ref, perhaps more than once
 */
export async function followReady ({ client, ...node }: Followed, signal: AbortSignal, onReady: (ref: string) => void): Promise<void> {
  const look = ({ ref, state }: { ref: string, state: string }): void => { if (state === 'ready') onReady(ref) }
  while (!signal.aborted) {
    try {
      const events = await listenTo(node, signal)
      const { newsletters } = await events.until('state', () => true)
      for (const { address } of newsletters) (await allIssues(client, address)).forEach(look)
      await events.until('issueChanged', issue => {
        look(issue)
        return false
      })
    } catch (error) {
      if (!signal.aborted && !(error instanceof EventsEnded)) throw error
    }
  }
}
