import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { Library } from '../library/library.ts'
import type { Completing } from './completing.ts'
import { refusedRecordOf } from './issue-record.ts'
import { otherHistoryError, sealedError, sealOf, writerOf } from '../verification/issue-manifest.ts'

/**
 * Takes out of view what a writer's drive holds at or after its seal, although it had been taken before the seal came.
 *
 * @returns ids of what was withdrawn, and of what is shown with another number since
 */
export async function withdrawBehind (
  seal: number, newsletter: string, { id: writer }: RootWriter, root: KnownRoot, library: Library, completing: Completing
): Promise<string[]> {
  const behind = await library.issuesBehind(newsletter, writer, seal)
  // First, so that nothing calls them ready afterwards.
  for (const { id, seq } of behind) completing.abandon(id, seq)
  const error = (sealOf(writer, root) === seal ? sealedError : otherHistoryError)(writerOf(root, writer))
  await library.putIssues(behind.map(({ id, seq }) => refusedRecordOf({ newsletter, writer, id, seq }, error)))
  return [...behind.map(({ id }) => id), ...await library.takeMoved(newsletter)]
}
