import { diffLines, diffWordsWithSpace } from 'diff'

/** A run of text, and whether both texts have it. */
export interface Part {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** Paragraphs longer than this are told apart as a whole: comparing their words would take seconds. */
const WORDS_COMPARED = 20_000

/** What makes `after` of `before`: paragraph by paragraph, and word by word where a paragraph was changed. */
export function differenceOf (before: string, after: string): Part[] {
  const blocks = diffLines(before, after)
  const parts: Part[] = []
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!
    const next = blocks[i + 1]
    const isChange = block.removed && next?.added
    if (isChange && block.value.length + next.value.length <= WORDS_COMPARED) {
      parts.push(...diffWordsWithSpace(block.value, next.value).map(partOf))
      i++
    } else parts.push(partOf(block))
  }
  return parts
}

function partOf ({ added, removed, value }: { added?: boolean, removed?: boolean, value: string }): Part {
  return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value }
}

/**
 * The same with what did not change cut short: so many characters around each change are left.
 */
export function aroundChanges (parts: Part[], characters: number): Part[] {
  return parts.map((part, i) => {
    if (part.kind !== 'same' || part.text.length <= characters * 2) return part
    // Cut between words.
    const start = i === 0 ? '' : part.text.slice(0, characters).replace(/\S+$/, '').trimEnd()
    const end = i === parts.length - 1 ? '' : part.text.slice(-characters).replace(/^\S+/, '').trimStart()
    return { kind: 'same', text: `${start} … ${end}` }
  })
}
