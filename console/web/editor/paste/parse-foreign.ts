/** Elements whose content is no text, up to their end. */
const DROPPED = /<(style|script)\b[\s\S]*?(?:<\/\1\s*>|$)/giy
const COMMENT = /<!--[\s\S]*?(?:-->|$)/y
const TAG = /<[a-z][^\s/>]*/iy
const ATTRIBUTE = /\s+|\/|([^\s"'<>/=]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?|["'=<]/y

/**
 * The body of a foreign page, in a document of its own, in which nothing runs and nothing is fetched. Style, by which
 * programs say what is bold, stands there as `data-style`: read as style, it would be refused by the
 * Content-Security-Policy, with a complaint for each.
 */
export function parseForeign (html: string): HTMLElement {
  return new DOMParser().parseFromString(disarmed(html), 'text/html').body
}

function disarmed (html: string): string {
  let out = ''
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at)
    if (open === -1) return out + html.slice(at)
    out += html.slice(at, open)
    const skipped = matchAt(COMMENT, html, open) ?? matchAt(DROPPED, html, open)
    const tag = skipped ? null : matchAt(TAG, html, open)
    at = open + (skipped ?? tag ?? '<')[0].length
    if (tag) ({ text: out, at } = withAttributes(out + tag[0], html, at))
    else if (!skipped) out += '<'
  }
  return out
}

/** Copies the attributes of a tag, up to its `>`. */
function withAttributes (text: string, html: string, at: number): { text: string, at: number } {
  while (at < html.length && html[at] !== '>') {
    const found = matchAt(ATTRIBUTE, html, at)
    if (!found) break
    const [whole, name = '', value = ''] = found
    at += whole.length
    if (/^style$/i.test(name)) text += `data-style${value}`
    else if (!/^on/i.test(name)) text += whole
  }
  return { text, at }
}

function matchAt (pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
