import type { DraftCheck, DraftFinding } from '../../shared/api/drafts.ts'
import { readingMinutes } from '../../shared/api/word-count.ts'
import { HeadingSlugs } from '../../shared/format/heading-slug.ts'
import { BODY_BYTES, ISSUE_BYTES, MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { convertHtml } from '../importing/convert-html.ts'
import { PICTURE_ADVICE } from '../importing/embed-files.ts'
import { plainLine } from '../importing/markdown-text.ts'
import { plainText, shownMarkdown } from '../importing/markdown-tree.ts'
import { isLocal, isRemote, percentDecoded, type Reference, referencesOf, remoteName, spellingsOf } from '../importing/references.ts'
import { fileNamed } from './draft-files.ts'
import { textOf } from './prepare-draft.ts'
import type { StoredDraft, StoredFile } from './stored-draft.ts'

/** More than anybody reads. Beyond it, only what was not found yet is told. */
const FINDINGS = 200
/** Of a manifest, for what is not its files. */
const MANIFEST_REST_BYTES = 32 * 1024
const LEVELS = ['stop', 'warn', 'note'] as const
/** "To come": what writers put where something is missing. */
const TK = /(?<![\p{L}\p{N}])(?:TK)+(?![\p{L}\p{N}])/gu

/** Looks through a draft before it is published. */
export function checkDraft (draft: StoredDraft): DraftCheck {
  return new DraftChecker(draft).check()
}

class DraftChecker {
  #draft: StoredDraft
  #source: string
  #text: string
  #files: Map<string, StoredFile>
  #used = new Set<StoredFile>()
  #findings: DraftFinding[] = []
  #codes = new Set<DraftFinding['code']>()

  constructor (draft: StoredDraft) {
    this.#draft = draft
    this.#source = textOf(draft)
    this.#text = convertHtml(this.#source, note => this.#found('note', 'changed', note, null, note))
    this.#files = new Map(draft.files.map(file => [file.name, file]))
  }

  check (): DraftCheck {
    const { title, subtitle, language, words, files } = this.#draft
    if (plainLine(title, 500) === '') this.#found('stop', 'noTitle', 'The title is empty.', null)
    if (this.#text.trim() === '') this.#found('stop', 'noText', 'There is no text yet.', null)
    if (`${title}\n${subtitle}`.match(TK)) this.#found('stop', 'tk', 'TK stands in the title or below it: something is still to come.', null)
    for (const { index } of this.#source.matchAll(TK)) this.#found('stop', 'tk', 'TK: something is still to come here.', index)
    const places = this.#places()
    for (const reference of referencesOf(this.#text)) {
      if (reference.kind === 'picture') this.#picture(reference)
      else this.#link(reference, places)
    }
    if (language === null) this.#found('warn', 'noLanguage', 'No language is chosen, so that of the newsletter is told to readers.', null)
    for (const file of files) {
      if (!this.#used.has(file)) this.#found('note', 'fileUnused', `The text does not use ${file.name}, so it is not published.`, null, file.name)
    }
    const sizeBytes = this.#size()
    return { findings: LEVELS.flatMap(level => this.#findings.filter(finding => finding.level === level)), sizeBytes, words, minutes: readingMinutes(words) }
  }

  #picture ({ node, target }: Reference): void {
    const place = this.#placeOf(node.from, target)
    const isElsewhere = isRemote(target)
    const name = isElsewhere ? remoteName(target) : target
    const file = name === null ? undefined : this.#fileAt(name)
    if (isElsewhere && !file) {
      return this.#found('warn', 'remotePicture', `The picture ${shown(target)} lies on another site and becomes a link. Add it to the draft to show it.`, place, shown(target))
    }
    if (!file) return this.#found('stop', 'pictureMissing', `The picture ${shown(target)} is not among the files of the draft.`, place, shown(target))
    if (file.notShown) this.#found('warn', 'pictureNotShown', `Readers do not see the picture ${file.name}: ${file.notShown}. ${PICTURE_ADVICE}`, place, file.name)
    if (plainText(this.#text, node) === '' && file.alt === '') {
      this.#found('warn', 'altMissing', `Nobody who can not see the picture ${file.name} learns what it shows.`, place, file.name)
    }
  }

  #link ({ node, target }: Reference, places: Set<string>): void {
    const place = this.#placeOf(node.from, target)
    if (target.startsWith('#')) {
      if (!places.has(percentDecoded(target.slice(1)).normalize('NFC'))) this.#found('warn', 'deadLink', `The link ${shown(target)} leads to no heading of the text.`, place, shown(target))
      return
    }
    const isFootnote = this.#text.startsWith('[^', node.from)
    if (!isFootnote && isLocal(target) && !this.#fileAt(target)) {
      this.#found('warn', 'deadLink', `The link to ${shown(target)} leads to no file of the draft.`, place, shown(target))
    }
  }

  #fileAt (target: string): StoredFile | undefined {
    const file = spellingsOf(target).map(spelling => this.#files.get(fileNamed(spelling))).find(found => found !== undefined)
    if (file) this.#used.add(file)
    return file
  }

  /** Where links inside the text may lead. */
  #places (): Set<string> {
    const places = new Set<string>()
    const slugs = new HeadingSlugs()
    shownMarkdown.parse(this.#text).iterate({
      enter: ({ name, node }) => { if (/^(ATX|Setext)Heading\d$/.test(name)) places.add(slugs.next(plainText(this.#text, node))) }
    })
    return places
  }

  #size (): number {
    const bodyBytes = Buffer.byteLength(this.#text)
    const used = [...this.#used]
    const sizeBytes = used.reduce((sum, file) => sum + file.sizeBytes, bodyBytes)
    if (bodyBytes > BODY_BYTES) this.#found('stop', 'tooLarge', 'The text is larger than 4 MiB, the most that the format allows.', null)
    if (sizeBytes > ISSUE_BYTES) this.#found('stop', 'tooLarge', 'The issue is larger than 2 GiB, the most that the format allows.', null)
    if (Buffer.byteLength(JSON.stringify(used, null, 2)) > MANIFEST_BYTES - MANIFEST_REST_BYTES) this.#found('stop', 'tooLarge', 'The issue has too many files, or their descriptions are too long.', null)
    return sizeBytes
  }

  /** Where HTML was written as Markdown the places are not those of the author, who finds the target. */
  #placeOf (position: number, target: string): number | null {
    if (this.#text === this.#source) return position
    const found = this.#source.indexOf(target)
    return found === -1 ? null : found
  }

  /** @param place in the author's text */
  #found (level: DraftFinding['level'], code: DraftFinding['code'], text: string, place: number | null, about = ''): void {
    const isNew = !this.#codes.has(code)
    this.#codes.add(code)
    if (this.#findings.length >= FINDINGS && !isNew) return
    this.#findings.push({ level, code, text, about, line: place === null ? null : lineAt(this.#source, place) })
  }
}

function lineAt (text: string, position: number): number {
  let line = 1
  for (let end = text.indexOf('\n'); end !== -1 && end < position; end = text.indexOf('\n', end + 1)) line++
  return line
}

const shown = (target: string): string => plainLine(target, 200)
