/** A declaration, what stands before a block of them (`open`), or the end of a block. */
export interface CssPiece { kind: 'declaration' | 'open' | 'close', text: string }

/** A drawing with a class for each of its parts has fewer. */
const MOST_TOKENS = 300_000
const TOKEN = /\/\*|"[^"\n\r\f]*"?|'[^'\n\r\f]*'?|(?<![\w\-#@\u0080-\uffff])url\([ \t\n\r\f]*[^"' \t\n\r\f)][^)]*|[{};]|[^{};"'/u]+|[^]/iy

/**
 * A style sheet in pieces, as CSS reads it. Ends before its end, and returns false, where it is written as no program writes:
 * with letters escaped, blocks in parentheses, or endlessly.
 */
export function * cssPieces (css: string): Generator<CssPiece, boolean> {
  if (css.includes('\\')) return false
  let [text, depth, tokens] = ['', 0, 0]
  for (let at = 0; at < css.length;) {
    TOKEN.lastIndex = at
    const [token] = TOKEN.exec(css)!
    at += token.length
    if (++tokens > MOST_TOKENS) return false
    if (token === '/*') at = behindRemark(css, at)
    else if (!/^[{};]$/.test(token)) {
      text += token
      depth += depthOf(token)
    } else if (depth !== 0) return false
    else {
      yield { kind: token === '{' ? 'open' : 'declaration', text }
      text = ''
      if (token === '}') yield { kind: 'close', text }
    }
  }
  yield { kind: 'declaration', text }
  return depth === 0
}

function behindRemark (css: string, from: number): number {
  const end = css.indexOf('*/', from)
  return end === -1 ? css.length : end + 2
}

/** How many more parentheses open in it than close. */
function depthOf (token: string): number {
  if (/^["']/.test(token)) return 0
  // An address without quotation marks, but for its end.
  if (/^url\(/i.test(token)) return 1
  let depth = 0
  for (const [bracket] of token.matchAll(/[()[\]]/g)) depth += '(['.includes(bracket) ? 1 : -1
  return depth
}
