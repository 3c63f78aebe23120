import type { IssueFolder } from './issue-folder.ts'
import { type MarkdownNode, plainText, shownMarkdown } from './markdown-tree.ts'
import { escapeText, plainLine, unescapeText } from './markdown-text.ts'
import { applyEdits, type TextEdit } from './text-edits.ts'

/** A picture or link of the text, or the definition `[label]: target` that several of them share. */
interface Reference {
  kind: 'picture' | 'link' | 'definition'
  node: MarkdownNode
  /** The target as it stands in the text; null when it stands in a definition, or nowhere. */
  url: MarkdownNode | null
  /** Normalised label of the definition; null when the target stands inline. */
  label: string | null
}

/** Beyond this, notes tell nothing any more. */
const REPEATED_NOTES = 200

/**
 * Takes the local files that a text shows and links into the issue, and points the text to them. Pictures of other sites
 * become links: a reader's node loads nothing from there.
 *
 * @throws AppError TOO_LARGE naming what is too large
 */
export async function embedFiles (text: string, folder: IssueFolder, note: (text: string) => void): Promise<string> {
  return await new FileEmbedder(text, folder, note).embed()
}

class FileEmbedder {
  #text: string
  #folder: IssueFolder
  #note: (text: string) => void
  #edits: TextEdit[] = []
  #notes = 0

  constructor (text: string, folder: IssueFolder, note: (text: string) => void) {
    this.#text = text
    this.#folder = folder
    this.#note = text => { if (this.#notes++ < REPEATED_NOTES) note(text) }
  }

  async embed (): Promise<string> {
    const references = this.#references()
    const definitions = new Map<string, Reference>()
    for (const reference of references) {
      if (reference.kind === 'definition' && !definitions.has(reference.label!)) definitions.set(reference.label!, reference)
    }
    for (const reference of references) {
      if (reference.kind === 'definition') continue
      const url = reference.label === null ? reference.url : definitions.get(reference.label)?.url
      // Brackets without a definition are brackets.
      if (!url) continue
      if (reference.kind === 'picture') await this.#picture(reference, url)
      else if (!ancestors(reference.node).some(({ name }) => name === 'Image')) await this.#link(url)
    }
    return applyEdits(this.#text, distinct(this.#edits))
  }

  #references (): Reference[] {
    const references: Reference[] = []
    shownMarkdown.parse(this.#text).iterate({
      enter: ({ name, node }) => {
        if (name === 'LinkReference') {
          const label = node.getChild('LinkLabel')
          if (label) references.push({ kind: 'definition', node, url: node.getChild('URL'), label: this.#label(label.from, label.to) })
        } else if (name === 'Image' || name === 'Link') {
          references.push({ kind: name === 'Image' ? 'picture' : 'link', node, ...this.#target(node) })
        }
      }
    })
    return references
  }

  #target (node: MarkdownNode): Pick<Reference, 'url' | 'label'> {
    const [open, close, paren] = node.getChildren('LinkMark')
    const url = paren ? node.getChildren('URL').findLast(({ from }) => from >= paren.from) ?? null : null
    if (paren || !open || !close) return { url, label: null }
    const label = node.getChild('LinkLabel')
    const full = label && label.to - label.from > 2
    return { url: null, label: full ? this.#label(label.from, label.to) : this.#label(open.to - 1, close.to) }
  }

  /** Labels are compared without case and with spaces collapsed (CommonMark 6.3). `from` and `to` include the brackets. */
  #label (from: number, to: number): string {
    return this.#text.slice(from + 1, to - 1).trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase()
  }

  async #picture (picture: Reference, url: MarkdownNode): Promise<void> {
    const target = this.#address(url)
    const alt = plainLine(plainText(this.#text, picture.node), 2000)
    if (isRemote(target)) return this.#remotePicture(picture, url, target, alt)
    const path = await this.#find(target)
    if (path) {
      const file = await this.#folder.take(path, alt)
      this.#edits.push({ from: url.from, to: url.to, text: file.path })
      return
    }
    this.#note(/^data:/i.test(target)
      ? 'A picture that is written into the text itself (data:) was left out; save it as a file beside the text.'
      : `The picture ${shown(target)} is not in the issue's folder. Its description stands in its place.`)
    this.#edits.push({ from: picture.node.from, to: picture.node.to, text: escapeText(alt) })
  }

  #remotePicture ({ node }: Reference, url: MarkdownNode, target: string, alt: string): void {
    const address = target.startsWith('//') ? `https:${target}` : target
    this.#note(`The picture ${shown(address)} is on another site and became a link. To publish it with the issue, save it beside the text.`)
    const text = `Picture${alt && `: ${escapeText(alt)}`}`
    const insideLink = ancestors(node).some(({ name }) => name === 'Link')
    const written = this.#text.slice(url.from, url.to).replace(/^(<?)\/\//, '$1https://')
    // A link can't hold another one, so inside of one the text alone stays.
    this.#edits.push({ from: node.from, to: node.to, text: insideLink ? text : `[${text}](${written})` })
  }

  async #link (url: MarkdownNode): Promise<void> {
    const target = this.#address(url)
    if (target === '' || target.startsWith('#') || isRemote(target) || /^[a-z][a-z0-9+.-]*:/i.test(target)) return
    const path = await this.#find(target)
    if (path && !/\.(md|markdown)$/i.test(path)) {
      const file = await this.#folder.take(path, '')
      this.#edits.push({ from: url.from, to: url.to, text: file.path })
    } else {
      this.#note(`The link to ${shown(target)} leads to nothing in the issue and stays as it is.`)
    }
  }

  #address (url: MarkdownNode): string {
    return unescapeText(this.#text.slice(url.from, url.to).replace(/^<|>$/g, '')).trim()
  }

  /** First as it is written, then decoded, then without what follows `?` or `#`. */
  async #find (target: string): Promise<string | null> {
    const bare = target.replace(/[?#].*$/s, '')
    for (const spelling of new Set([target, percentDecoded(target), percentDecoded(bare)])) {
      const path = await this.#folder.find(spelling)
      if (path) return path
    }
    return null
  }
}

function isRemote (target: string): boolean {
  return target.startsWith('//') || /^(https?|ftp|ipfs|ipns):/i.test(target)
}

function percentDecoded (target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    // A name with a plain % in it.
    return target
  }
}

function ancestors (node: MarkdownNode): MarkdownNode[] {
  const found: MarkdownNode[] = []
  for (let parent = node.parent; parent; parent = parent.parent) found.push(parent)
  return found
}

/** A definition that several pictures use is edited once. */
function distinct (edits: TextEdit[]): TextEdit[] {
  return [...new Map(edits.map(edit => [`${edit.from} ${edit.to}`, edit])).values()]
}

const shown = (target: string) => plainLine(target, 200)
