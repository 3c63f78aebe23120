import type { Client } from '../../../../shared/api/client.ts'
import { isAppError } from '../../../../shared/errors.ts'
import type { KeptText, KeptTexts } from '../../editor/saving/kept-texts.ts'

/** What became of a text that a window left behind: saved, kept beside another as a version, or its draft is no more. */
export interface HandedOver {
  kept: KeptText
  outcome: 'saved' | 'conflict' | 'gone'
  forget: () => Promise<void>
}

/**
 * Gives the node the texts that killed windows have left in this browser. It decides what is newer; it loses none.
 *
 * @throws AppError NODE_UNREACHABLE and all that time may heal: what was not handed over stays
 */
export async function handOver (client: Client, texts: KeptTexts): Promise<HandedOver[]> {
  const handed: HandedOver[] = []
  for (const { kept, forget } of await texts.leftBehind()) {
    const outcome = await save(client, kept)
    handed.push({ kept, outcome, forget })
    // Nobody else has it: it stays until the author has decided.
    if (outcome !== 'gone') await forget()
  }
  return handed
}

async function save (client: Client, { draft, baseVersion, text }: KeptText): Promise<HandedOver['outcome']> {
  try {
    await client.saveDraft({ params: { draft }, body: { baseVersion, ...text } })
    return 'saved'
  } catch (error) {
    if (isAppError(error) && error.code === 'CONFLICT') return 'conflict'
    if (isAppError(error) && error.code === 'NOT_FOUND') return 'gone'
    throw error
  }
}
