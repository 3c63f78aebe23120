import MarkdownIt from 'markdown-it'
import footnotes from 'markdown-it-footnote'
import { sanitize } from './allowed-html.ts'
import { figures, tables, tasks } from './block-shapes.ts'
import { commentsAndBreaks } from './comments-and-breaks.ts'
import { headingIds } from './heading-ids.ts'
import { type FileInIssue, IssueFiles } from './issue-files.ts'
import { issueTargets } from './issue-targets.ts'

/** Ids of the text never meet those of the page around it, which does not use the word. */
const ID_WORD = 'text'

/**
 * The text of an issue as HTML that loads nothing but the issue's own files and runs nothing.
 *
 * Takes a time that a hostile text can stretch: {@link Renderer} bounds it.
 *
 * @param fileUrl gives the address under which a file of the issue is shown, by its name
 */
export function renderMarkdown (markdown: string, files: FileInIssue[], fileUrl: (name: string) => string): string {
  const issueFiles = new IssueFiles(files, fileUrl)
  return sanitize(parsedMarkdown(markdown, issueFiles), issueFiles)
}

/** The same before the second lock, for a comparison alone: never to be shown. */
export function parsedMarkdown (markdown: string, issueFiles: IssueFiles): string {
  const md = new MarkdownIt({ html: false, linkify: true })
  // Rendering recurses; nobody nests deeper on purpose.
  md.set({ maxNesting: 50 })
  // Only what names its scheme: README.md is a file to its author, and a host in Moldova to a guesser.
  md.linkify.set({ fuzzyLink: false })
  md.linkify.add('//', null).add('ftp:', null).add('colporteur:', {
    validate: (text, position) => /^\/\/[a-z0-9]{52}(?:#[A-Za-z0-9_-]+)?/.exec(text.slice(position, position + 200))?.[0].length ?? 0
  })
  md.use(footnotes)
  md.use(commentsAndBreaks)
  md.use(issueTargets, issueFiles, `${ID_WORD}-`)
  md.use(headingIds, `${ID_WORD}-`)
  md.use(tasks)
  md.use(figures)
  md.use(tables)
  return md.render(markdown, { docId: ID_WORD })
}
