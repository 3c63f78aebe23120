import { checkDraft } from '../drafts/check-draft.ts'
import { convertHtml } from '../importing/convert-html.ts'
import { type FrontMatter, splitFrontMatter } from '../importing/front-matter.ts'
import { firstHeading, type Heading } from '../importing/markdown-tree.ts'
import { placedReferences } from '../importing/references.ts'

/** What is read out of texts in a thread of its own: each may take seconds, or, of a hostile text, forever. */
export const textJobs = {
  checkDraft,
  placedReferences,

  /** The date in the front matter of a text. */
  date: (text: string): Date | null => splitFrontMatter(text).frontMatter.date,

  /** A text with its HTML written as Markdown, and what got lost or changed. */
  converted: (text: string): { text: string, notes: string[] } => {
    const notes = new Set<string>()
    return { text: convertHtml(text, note => { notes.add(note) }), notes: [...notes] }
  },

  /** What a text says of itself before it begins, its text without HTML, and the heading that may be its title. */
  parts: (text: string): { frontMatter: FrontMatter, converted: string, heading: Heading | null, notes: string[] } => {
    const { frontMatter, body } = splitFrontMatter(text)
    const { text: converted, notes } = textJobs.converted(body)
    const heading = frontMatter.title === '' ? firstHeading(converted) : null
    return { frontMatter, converted, heading, notes: [...new Set([...frontMatter.notes, ...notes])] }
  }
}

export type TextJobs = typeof textJobs
