import type { Policy } from '../../../shared/api/policies.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** What a policy holds, in a few words. */
export function policyInWords (policy: Policy, { holding, formats }: Phrases): string {
  const { last, content, attachments, maxDiskBytes } = policy
  const says = [
    last === null ? null : holding.lastOf(last),
    content === 'everything' ? null : holding[content],
    content !== 'textOnly' && attachments === 'onRequest' ? holding.withoutAttachments : null,
    maxDiskBytes === null ? null : holding.atMost(maxDiskBytes)
  ].filter(word => word !== null)
  const words = says.length === 0 ? holding.usual : formats.list(says)
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
