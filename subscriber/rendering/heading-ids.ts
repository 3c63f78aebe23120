import type { MarkdownIt } from 'markdown-it'

/** Gives headings the ids by which texts written for GitHub link to them, with a prefix. */
export function headingIds (md: MarkdownIt, prefix: string): void {
  md.core.ruler.push('heading_ids', state => {
    const uses = new Map<string, number>()
    state.tokens.forEach((token, index) => {
      if (token.type !== 'heading_open') return
      const words = state.tokens[index + 1]?.children?.map(({ content }) => content).join('') ?? ''
      const slug = slugOf(words)
      const used = uses.get(slug) ?? 0
      uses.set(slug, used + 1)
      token.attrSet('id', prefix + (used === 0 ? slug : `${slug}-${used}`))
    })
  })
}

function slugOf (words: string): string {
  return words.normalize('NFC').toLowerCase().trim().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '').replace(/\s/g, '-') || 'section'
}
