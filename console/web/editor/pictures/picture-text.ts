import { syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'

/** A picture as it stands in the text. */
export interface PictureInText {
  from: number
  to: number
  alt: string
  /** Where the text says it lies: `files/<name>`, or an address. */
  target: string
  /** Under the picture; '' when there is none. */
  caption: string
}

/** What a node named Image says; null where it names its target elsewhere. */
export function pictureAt (state: EditorState, node: SyntaxNode): PictureInText | null {
  const [open, close] = node.getChildren('LinkMark')
  const url = node.getChild('URL')
  if (!open || !close || !url) return null
  const title = node.getChild('LinkTitle')
  return {
    from: node.from,
    to: node.to,
    alt: unescaped(state.sliceDoc(open.to, close.from)),
    target: unescaped(state.sliceDoc(url.from, url.to).replace(/^<(.*)>$/, '$1')),
    caption: title ? unescaped(state.sliceDoc(title.from + 1, title.to - 1)) : ''
  }
}

/** The pictures between two places, in their order. */
export function picturesIn (state: EditorState, from = 0, to = state.doc.length): PictureInText[] {
  const found: PictureInText[] = []
  syntaxTree(state).iterate({
    from,
    to,
    enter: ({ name, node }) => {
      const picture = name === 'Image' ? pictureAt(state, node) : null
      if (picture) found.push(picture)
    }
  })
  return found
}

/** The picture that the cursor is at. */
export function pictureAtCursor (state: EditorState): PictureInText | null {
  const { from, to } = state.selection.main
  return picturesIn(state, from, to).find(picture => picture.from <= from && picture.to >= to) ?? null
}

export function pictureText ({ alt, target, caption }: Pick<PictureInText, 'alt' | 'target' | 'caption'>): string {
  const title = caption === '' ? '' : ` "${oneLine(caption).replace(/["\\]/g, '\\$&')}"`
  return `![${oneLine(alt).replace(/[\\[\]]/g, '\\$&')}](${/[\s()<>]/.test(target) ? `<${target}>` : target}${title})`
}

/** The name of the draft's file that a target means; null for what lies elsewhere. */
export function fileNamed (target: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return null
  try {
    return decodeURIComponent(target.replace(/^\.?\/?(?:files\/)?/, '')).normalize('NFC')
  } catch {
    return null // a percent sign that encodes nothing
  }
}

function oneLine (text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function unescaped (text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1')
}
