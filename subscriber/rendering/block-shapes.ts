import type { MarkdownIt } from 'markdown-it'

/** `[ ]` and `[x]` at the start of a list item become boxes. They are characters: a form field would be a promise to act. */
export function tasks (md: MarkdownIt): void {
  md.core.ruler.push('tasks', state => {
    state.tokens.forEach((token, index) => {
      if (token.type !== 'inline' || state.tokens[index - 2]?.type !== 'list_item_open') return
      const first = token.children?.[0]
      const box = first?.type === 'text' ? /^\[([ xX])\] /.exec(first.content) : null
      if (!first || !box) return
      first.content = `${box[1] === ' ' ? '☐' : '☑'} ${first.content.slice(box[0].length)}`
      state.tokens[index - 2]!.attrSet('class', 'task')
    })
  })
}

/** A picture alone in a paragraph is a figure; its title is the caption. */
export function figures (md: MarkdownIt): void {
  md.core.ruler.push('figures', state => {
    state.tokens.forEach((token, index) => {
      const open = state.tokens[index - 1]
      const close = state.tokens[index + 1]
      if (token.type !== 'inline' || open?.type !== 'paragraph_open' || open.hidden || close?.type !== 'paragraph_close') return
      const children = token.children ?? []
      const [picture, ...others] = children.filter(({ type, content }) => !type.startsWith('link_') && (type !== 'text' || content !== ''))
      if (picture?.type !== 'image' || others.length > 0) return
      open.tag = close.tag = 'figure'
      const title = picture.attrGet('title')
      if (!title) return
      picture.attrs = picture.attrs!.filter(([name]) => name !== 'title')
      const text = new state.Token('text', '', 0)
      text.content = String(title)
      children.push(new state.Token('figcaption_open', 'figcaption', 1), text, new state.Token('figcaption_close', 'figcaption', -1))
    })
  })
}

/** Tables scroll by themselves when they are wider than the page, and align by class, as no style may stand in the text. */
export function tables (md: MarkdownIt): void {
  md.core.ruler.push('table_alignment', state => {
    for (const token of state.tokens) {
      const style = token.attrGet('style')
      if (style === null) continue
      token.attrs = token.attrs!.filter(([name]) => name !== 'style')
      const side = /^text-align:(left|center|right)$/.exec(String(style))?.[1]
      if (side) token.attrSet('class', side)
    }
  })
  // The keyboard scrolls only what it can reach.
  md.renderer.rules.table_open = () => '<div class="table" role="region" aria-label="Table" tabindex="0">\n<table>\n'
  md.renderer.rules.table_close = () => '</table>\n</div>\n'
}
