import { MOST_PIXELS, MOST_SIDE } from '../../shared/pictures/picture-limits.ts'
import { textThread } from '../texts/text-thread.ts'
import { escapeText, plainLine } from './markdown-text.ts'
import { isLocal, isRemote, type PlacedReference, remoteName, spellingsOf } from './references.ts'
import { applyEdits, type TextEdit } from './text-edits.ts'

/** Where the files lie that a text may take. */
export interface FileSource {
  /** What `take` wants for a target as written in the text, decoded; null when there is no such file. */
  find (target: string): Promise<string | null>
  /** Takes a file that {@link find} found into the issue; the same file twice is one. */
  take (found: string, alt: string): Promise<{ path: string, notShown?: string }>
}

/** What to do about a picture that is not shown. */
export const PICTURE_ADVICE = `Pictures that are shown are PNG, JPEG, GIF, WebP, AVIF or SVG, and have at most ${MOST_SIDE.toLocaleString('en')} pixels on a side and ${MOST_PIXELS / 1_000_000} million in all.`

/** Beyond this, notes tell nothing any more. */
const REPEATED_NOTES = 200

/**
 * Takes the local files that a text shows and links into the issue, and points the text to them. Pictures of other sites
 * become links, because a reader's node loads nothing from there, unless they lie beside the text under their name.
 *
 * @throws AppError TOO_LARGE naming what is too large
 */
export async function embedFiles (text: string, source: FileSource, note: (text: string) => void): Promise<string> {
  return await new FileEmbedder(text, source, note).embed()
}

class FileEmbedder {
  #text: string
  #source: FileSource
  #note: (text: string) => void
  #edits: TextEdit[] = []
  #notes = 0

  constructor (text: string, source: FileSource, note: (text: string) => void) {
    this.#text = text
    this.#source = source
    this.#note = text => { if (this.#notes++ < REPEATED_NOTES) note(text) }
  }

  async embed (): Promise<string> {
    for (const reference of await textThread.run('placedReferences', this.#text)) {
      if (reference.kind === 'picture') await this.#picture(reference)
      else await this.#link(reference)
    }
    return applyEdits(this.#text, distinct(this.#edits))
  }

  async #picture (picture: PlacedReference): Promise<void> {
    const { from, to, url, target, alt } = picture
    const isElsewhere = isRemote(target)
    const name = isElsewhere ? remoteName(target) : target
    const found = name && await this.#find(name)
    if (found) {
      const file = await this.#source.take(found, alt)
      this.#edits.push({ from: url.from, to: url.to, text: file.path })
      if (file.notShown) this.#note(`Readers do not see the picture ${shown(file.path)}: ${file.notShown}. They get it as a file. ${PICTURE_ADVICE}`)
      if (isElsewhere) this.#note(`The picture ${shown(target)} of another site goes with the issue: ${file.path} lies beside the text.`)
      return
    }
    if (isElsewhere) return this.#linkInstead(picture, name)
    this.#note(/^data:/i.test(target)
      ? 'A picture that is written into the text itself (data:) was left out; save it as a file beside the text.'
      : `The picture ${shown(target)} is not in the issue's folder. Its description stands in its place.`)
    this.#edits.push({ from, to, text: escapeText(alt) })
  }

  #linkInstead ({ from, to, url, target, alt, insideLink }: PlacedReference, name: string | null): void {
    const address = target.startsWith('//') ? `https:${target}` : target
    this.#note(`The picture ${shown(address)} is on another site and became a link. To publish it with the issue, save it beside the text${name === null ? ' and name it there' : ` as ${shown(name)}`}.`)
    const text = `Picture${alt && `: ${escapeText(alt)}`}`
    const written = this.#text.slice(url.from, url.to).replace(/^(<?)\/\//, '$1https://')
    // A link can't hold another one, so inside of one the text alone stays.
    this.#edits.push({ from, to, text: insideLink ? text : `[${text}](${written})` })
  }

  async #link ({ url, target }: PlacedReference): Promise<void> {
    if (!isLocal(target)) return
    const found = await this.#find(target)
    if (found && !/\.(md|markdown)$/i.test(found)) {
      const file = await this.#source.take(found, '')
      this.#edits.push({ from: url.from, to: url.to, text: file.path })
    } else {
      this.#note(`The link to ${shown(target)} leads to nothing in the issue and stays as it is.`)
    }
  }

  async #find (target: string): Promise<string | null> {
    for (const spelling of spellingsOf(target)) {
      const found = await this.#source.find(spelling)
      if (found) return found
    }
    return null
  }
}

/** A definition that several pictures use is edited once. */
function distinct (edits: TextEdit[]): TextEdit[] {
  return [...new Map(edits.map(edit => [`${edit.from} ${edit.to}`, edit])).values()]
}

const shown = (target: string) => plainLine(target, 200)
