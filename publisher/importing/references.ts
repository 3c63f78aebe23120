import { type MarkdownNode, plainText, shownMarkdown } from './markdown-tree.ts'
import { plainLine, unescapeText } from './markdown-text.ts'

/** A picture or link of a text that leads somewhere. */
export interface Reference {
  kind: 'picture' | 'link'
  node: MarkdownNode
  /** The target as it stands in the text; in a definition `[label]: target`, several references share it. */
  url: MarkdownNode
  /** What `url` says, without escapes. */
  target: string
}

/** A reference by its places in the text alone. */
export interface PlacedReference extends Pick<Reference, 'kind' | 'target'> {
  from: number
  to: number
  url: { from: number, to: number }
  /** Description of a picture, in one line. */
  alt: string
  insideLink: boolean
}

type Place = Pick<Reference, 'node'> & { url: MarkdownNode | null, label: string | null }

/** The pictures and links of a Markdown text in their order. A link around the words of a picture's description is none. */
export function referencesOf (text: string): Reference[] {
  const definitions = new Map<string, MarkdownNode | null>()
  const found: (Place & { kind: Reference['kind'] })[] = []
  shownMarkdown.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name === 'LinkReference') {
        const label = node.getChild('LinkLabel')
        const written = label && labelIn(text, label.from, label.to)
        if (written !== null && !definitions.has(written)) definitions.set(written, node.getChild('URL'))
      } else if (name === 'Image' || name === 'Link') {
        found.push({ kind: name === 'Image' ? 'picture' : 'link', node, ...targetOf(text, node) })
      }
    }
  })
  return found.flatMap(({ kind, node, url: inline, label }) => {
    const url = label === null ? inline : definitions.get(label)
    // Brackets without a definition are brackets.
    if (!url || (kind === 'link' && ancestors(node).some(({ name }) => name === 'Image'))) return []
    return [{ kind, node, url, target: addressIn(text, url) }]
  })
}

/** {@link referencesOf}, to be taken to where the tree of the text is not. */
export function placedReferences (text: string): PlacedReference[] {
  return referencesOf(text).map(({ kind, target, node, url }) => ({
    kind,
    target,
    from: node.from,
    to: node.to,
    url: { from: url.from, to: url.to },
    alt: kind === 'picture' ? plainLine(plainText(text, node), 2000) : '',
    insideLink: kind === 'picture' && ancestors(node).some(({ name }) => name === 'Link')
  }))
}

/** Whether it lies on another site. */
export function isRemote (target: string): boolean {
  return target.startsWith('//') || /^(https?|ftp|ipfs|ipns):/i.test(target)
}

/** The name that a picture of another site has there, by which it may lie beside the text; null when it has none. */
export function remoteName (target: string): string | null {
  const [, name] = /^(?:[a-z]+:)?\/\/[^/?#]+\/(?:[^?#]*\/)?([^/?#]+\.[a-z0-9]{2,5})(?:[?#]|$)/i.exec(target) ?? []
  return name ?? null
}

/** Whether a link's target means a file beside the text: no place in it, no other site, no other scheme. */
export function isLocal (target: string): boolean {
  return target !== '' && !target.startsWith('#') && !isRemote(target) && !/^[a-z][a-z0-9+.-]*:/i.test(target)
}

/** How a file may be named by a target: as it is written, then decoded, then without what follows `?` or `#`. */
export function spellingsOf (target: string): string[] {
  const bare = target.replace(/[?#].*$/s, '')
  return [...new Set([target, percentDecoded(target), percentDecoded(bare)])]
}

export function percentDecoded (target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    // A name with a plain % in it.
    return target
  }
}

export function ancestors (node: MarkdownNode): MarkdownNode[] {
  const found: MarkdownNode[] = []
  for (let parent = node.parent; parent; parent = parent.parent) found.push(parent)
  return found
}

function targetOf (text: string, node: MarkdownNode): Pick<Place, 'url' | 'label'> {
  const [open, close, paren] = node.getChildren('LinkMark')
  const url = paren ? node.getChildren('URL').findLast(({ from }) => from >= paren.from) ?? null : null
  if (paren || !open || !close) return { url, label: null }
  const label = node.getChild('LinkLabel')
  const full = label && label.to - label.from > 2
  return { url: null, label: full ? labelIn(text, label.from, label.to) : labelIn(text, open.to - 1, close.to) }
}

/** Labels are compared without case and with spaces collapsed (CommonMark 6.3). `from` and `to` include the brackets. */
function labelIn (text: string, from: number, to: number): string {
  return text.slice(from + 1, to - 1).trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase()
}

function addressIn (text: string, url: MarkdownNode): string {
  return unescapeText(text.slice(url.from, url.to).replace(/^<|>$/g, '')).trim()
}
