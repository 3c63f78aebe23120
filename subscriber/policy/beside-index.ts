import type { Policy } from '../../shared/api/policies.ts'

/** What a policy leaves to issues: the index is here whatever it says. */
export function besideIndex ({ indexBytes }: { indexBytes: number }, policy: Policy): Policy {
  const { maxDiskBytes } = policy
  return maxDiskBytes === null ? policy : { ...policy, maxDiskBytes: Math.max(0, maxDiskBytes - indexBytes) }
}
