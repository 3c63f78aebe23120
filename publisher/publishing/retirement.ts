import type { Problem } from '../../shared/api/problem.ts'
import { type RootChain, sealIn } from '../../shared/format/root-chain.ts'

/** What to do when the root has retired the writer that this device was; null: it has not. */
export function retirementOf (drive: string, { chain, dispute }: { chain: RootChain, dispute: RootChain | null }): Problem | null {
  const writer = chain.newest.writers.find(candidate => candidate.drive === drive)
  const seal = writer && sealIn(writer.id, chain, dispute)
  if (!seal) return null
  const { at, reason } = seal
  return {
    code: 'RETIRED',
    reason: `This device was retired as the writer ${writer.name || writer.id} on ${at.slice(0, 10)}, by the root: by whoever has the recovery words of the newsletter.${reason ? ` They say: "${reason}".` : ''} What it published until then stays; readers refuse whatever comes after, so it only reads from now on. To write again, ask them for an invitation, or use the words: "colporteur restore". "colporteur writers leave" erases its keys here, which are of no more use.`
  }
}
