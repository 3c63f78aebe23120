import type { Policy } from '../../shared/api/policies.ts'

/** True for a policy that leaves nothing out. */
export function isEverything ({ last, content, attachments, maxDiskBytes }: Policy): boolean {
  return last === null && content !== 'textOnly' && attachments === 'always' && maxDiskBytes === null
}
