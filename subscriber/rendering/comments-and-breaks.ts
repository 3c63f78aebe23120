import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/**
 * The only HTML that a text may use: comments, which are dropped, and `<br>`, as table cells need it. All other HTML
 * stays to be seen as text.
 */
export function commentsAndBreaks (md: MarkdownIt): void {
  const comments = new Comments()
  md.block.ruler.before('html_block', 'comment_block', (...args) => comments.block(...args), { alt: ['paragraph', 'reference', 'blockquote'] })
  md.inline.ruler.before('html_inline', 'comment_inline', state => comments.inline(state))
  md.inline.ruler.before('html_inline', 'break_inline', breakInline)
  // Keeps apart what stands before and after it in a list item, where paragraphs have no tags.
  md.renderer.rules.comment = () => '\n'
}

class Comments {
  #unended = new WeakSet<StateBlock | StateInline>()

  /** A comment that begins a line, over any number of lines. One that shares its only line with text is left to the inline rule. */
  block (state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
    const start = state.bMarks[startLine]! + state.tShift[startLine]!
    // Indented by four it is code.
    if (state.sCount[startLine]! - state.blkIndent >= 4 || !state.src.startsWith('<!--', start)) return false
    const end = this.#endOf(state, start)
    if (end === -1) return false
    let line = startLine
    while (end > state.eMarks[line]!) {
      line++
      // It would end outside of the quote or list item that it stands in.
      if (line >= endLine || (!state.isEmpty(line) && state.sCount[line]! < state.blkIndent)) return false
    }
    const next = state.skipSpaces(end)
    const textFollows = next < state.eMarks[line]!
    if (textFollows && line === startLine) return false
    if (silent) return true
    if (textFollows) {
      state.bMarks[line] = next
      state.tShift[line] = 0
      state.sCount[line] = state.blkIndent
    }
    state.line = textFollows ? line : line + 1
    state.push('comment', '', 0)
    return true
  }

  inline (state: StateInline): boolean {
    if (!state.src.startsWith('<!--', state.pos)) return false
    const end = this.#endOf(state, state.pos)
    if (end === -1 || end > state.posMax) return false
    state.pos = end
    return true
  }

  /** Where the comment that opens at `start` has ended; -1 without an end. */
  #endOf (state: StateBlock | StateInline, start: number): number {
    // Searched for once per text: many openings without an end would take a search to the end each.
    if (this.#unended.has(state)) return -1
    // `<!-->` is a whole comment.
    const end = state.src.indexOf('-->', start + 2)
    if (end === -1) this.#unended.add(state)
    return end === -1 ? -1 : end + 3
  }
}

function breakInline (state: StateInline, silent: boolean): boolean {
  const match = /^<br\s*\/?>/i.exec(state.src.slice(state.pos, state.pos + 12))
  if (!match) return false
  if (!silent) state.push('hardbreak', 'br', 0)
  state.pos += match[0].length
  return true
}
