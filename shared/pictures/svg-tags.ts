/** A tag of an XML text, or something else that begins like one, and where it ends. */
export interface Tag { kind: 'open' | 'close' | 'none', name: string, attributesAt: number, isEmpty: boolean, end: number }

/** What is passed over as a whole: nothing in it is a tag. */
const OPAQUE = [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']] as const
const NAME_CHARACTERS = 100

export function tagAt (text: string, at: number): Tag {
  const none = (end: number): Tag => ({ kind: 'none', name: '', attributesAt: end, isEmpty: true, end })
  for (const [start, end] of OPAQUE) if (text.startsWith(start, at)) return none(endOf(text, end, at + start.length))
  const name = /^<(\/?)([^\s/>]{1,100})/.exec(text.slice(at, at + NAME_CHARACTERS + 2))
  if (!name) return none(at + 1)
  let end = at + name[0].length
  for (; end < text.length && text[end] !== '>'; end++) if (isQuote(text[end])) end = endOf(text, text[end]!, end + 1) - 1
  return { kind: name[1] ? 'close' : 'open', name: name[2]!, attributesAt: at + name[0].length, isEmpty: text[end - 1] === '/', end: Math.min(text.length, end + 1) }
}

/** Behind the next `end`; where there is none, the end of the text. */
export function endOf (text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  return found === -1 ? text.length : found + end.length
}

/** Of a tag, from behind its name: the first of each that it names. */
export function attributesOf (text: string, from: number): Map<string, string> {
  const attributes = new Map<string, string>()
  for (let at = afterSpace(text, from); at < text.length && text[at] !== '>'; at = afterSpace(text, at)) {
    const start = at
    while (at < text.length && !/[\s=/>"'<]/.test(text[at]!)) at++
    if (at === start) {
      at++
      continue
    }
    const name = text.slice(start, at)
    at = afterSpace(text, at)
    if (text[at] !== '=') continue
    at = afterSpace(text, at + 1)
    if (!isQuote(text[at])) continue
    const end = endOf(text, text[at]!, at + 1)
    if (!attributes.has(name)) attributes.set(name, text.slice(at + 1, end - 1))
    at = end
  }
  return attributes
}

export function afterSpace (text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}

function isQuote (character: string | undefined): boolean {
  return character === '"' || character === "'"
}
