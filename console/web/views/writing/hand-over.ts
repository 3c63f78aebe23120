import type { Client } from '../../../../shared/api/client.ts'
import { isAppError, messageOf } from '../../../../shared/errors.ts'
import type { KeptText, KeptTexts } from '../../editor/saving/kept-texts.ts'

/**
 * What became of a text that a window left behind: saved, kept beside another as a version, its draft is no more, or the
 * node could not take it now (a full disk), so that it waits in this browser.
 */
export interface HandedOver {
  kept: KeptText
  outcome: 'saved' | 'conflict' | 'gone' | 'waiting'
  /** Why it waits; null where it does not. */
  failure: Error | null
  forget: () => Promise<void>
}

/**
 * Gives the node the texts that killed windows have left in this browser. It decides what is newer; it loses none.
 *
 * @param draft that opens, if one does
 */
export async function handOver (client: Client, texts: KeptTexts, draft: string | null = null): Promise<HandedOver[]> {
  const handed: HandedOver[] = []
  for (const { kept, forget } of await texts.leftBehind(draft)) {
    const { outcome, failure } = await save(client, kept)
    handed.push({ kept, outcome, failure, forget })
    // Nobody else has it: it stays until the author has decided, or until the node can take it.
    if (outcome === 'saved' || outcome === 'conflict') await forget()
  }
  return handed
}

async function save (client: Client, { draft, baseVersion, text }: KeptText): Promise<Pick<HandedOver, 'outcome' | 'failure'>> {
  try {
    await client.saveDraft({ params: { draft }, body: { baseVersion, ...text } })
    return { outcome: 'saved', failure: null }
  } catch (error) {
    if (isAppError(error) && error.code === 'CONFLICT') return { outcome: 'conflict', failure: null }
    if (isAppError(error) && error.code === 'NOT_FOUND') return { outcome: 'gone', failure: null }
    return { outcome: 'waiting', failure: error instanceof Error ? error : new Error(messageOf(error)) }
  }
}
