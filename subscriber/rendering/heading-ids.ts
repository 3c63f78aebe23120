import type { MarkdownIt } from 'markdown-it'
import { HeadingSlugs } from '../../shared/format/heading-slug.ts'

/** Gives headings the ids by which texts written for GitHub link to them, with a prefix. */
export function headingIds (md: MarkdownIt, prefix: string): void {
  md.core.ruler.push('heading_ids', state => {
    const slugs = new HeadingSlugs()
    state.tokens.forEach((token, index) => {
      if (token.type !== 'heading_open') return
      const words = state.tokens[index + 1]?.children?.map(({ content }) => content).join('') ?? ''
      token.attrSet('id', prefix + slugs.next(words))
    })
  })
}
