import { NotShown } from './not-shown.ts'

/** What every XML text may name. */
const XML = [['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]]
/**
 * Pieces of text by name, which some drawing programs write for the addresses of their own marks. Longer ones, and those made of
 * others or of tags, multiply.
 */
const MOST_CHARACTERS = 200
/** With all that it names in its place: twice the longest text that is looked at. */
const MOST_LENGTH = 8 * 1024 * 1024

const SPACE = '[ \\t\\r\\n]'
const QUOTED = '(?:"[^"]*"|\'[^\']*\')'
const DOCTYPE = new RegExp(`^${SPACE}+[^ \\t\\r\\n[\\]<>"']+(?:${SPACE}+(?:SYSTEM|PUBLIC${SPACE}+${QUOTED})${SPACE}+${QUOTED})?${SPACE}*(?:\\[([^]*)\\]${SPACE}*)?$`)
const DECLARATION = new RegExp(`${SPACE}*(?:<!--[^]*?-->|<!ENTITY${SPACE}+([^ \\t\\r\\n"'<>%&;]+)${SPACE}+(?:"([^"]*)"|'([^']*)')${SPACE}*>)`, 'y')

/**
 * The pieces of text that a text may name, by what its DOCTYPE declares: only such pieces. After anything else only a parser with
 * all rules of XML would know what is what.
 *
 * @param doctype what stands behind the word
 * @throws NotShown
 */
export function entitiesOf (doctype: string, text: string): Record<string, string> {
  const [whole, declared = ''] = DOCTYPE.exec(doctype) ?? []
  if (whole === undefined) throw declaresMore()
  const own = new Map<string, string>()
  let at = 0
  for (DECLARATION.lastIndex = 0; ; at = DECLARATION.lastIndex) {
    const [declaration, name, double, single] = DECLARATION.exec(declared) ?? []
    if (declaration === undefined) break
    // Of each name the first counts.
    if (name !== undefined && !own.has(name)) own.set(name, checked((double ?? single)!))
  }
  if (/[^ \t\r\n]/.test(declared.slice(at))) throw declaresMore()
  checkLength(text, own)
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries([...own, ...XML]))
}

function checked (value: string): string {
  if (value.length > MOST_CHARACTERS || /[&%<]/.test(value)) throw repeats()
  return value
}

function checkLength (text: string, entities: ReadonlyMap<string, string>): void {
  if (entities.size === 0) return
  let { length } = text
  for (const [, name] of text.matchAll(/&([^\s&;#]+);/g)) {
    length += entities.get(name!)?.length ?? 0
    if (length > MOST_LENGTH) throw repeats()
  }
}

function repeats (): NotShown { return new NotShown('it repeats text until it is very large') }
function declaresMore (): NotShown { return new NotShown('it declares more than a drawing needs') }
