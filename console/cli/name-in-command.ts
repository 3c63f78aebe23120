import type { Newsletter } from '../../shared/api/newsletters.ts'

/** In double quotes these mean themselves, in every shell. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} .,:'_-]*$/u

/**
 * How a newsletter is named in a command that a person may copy: by its title, or by its link where a shell could read
 * something else in the title, which is of anybody's choice.
 */
export function nameInCommand ({ title, link }: Pick<Newsletter, 'title' | 'link'>): string {
  return PLAIN.test(title) ? `"${title}"` : link
}
