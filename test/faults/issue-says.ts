import MarkdownIt, { type Token } from 'markdown-it'
import footnotes from 'markdown-it-footnote'
import type { IssueFile } from '../../shared/api/issues.ts'
import { commentsAndBreaks } from '../../subscriber/rendering/comments-and-breaks.ts'

/** What a page has to show of an issue. */
interface Said {
  /** Names of the files that it shows as pictures, each as often as it does. */
  pictures: string[]
  /** Where its links lead, and where its pictures lie that are not in it. */
  links: string[]
}

/** What stands in the Markdown of an issue that means no harm, read without anything that decides what is shown. */
export function whatItSays (markdown: string, files: IssueFile[]): Said {
  const md = new MarkdownIt({ html: false, linkify: true })
  md.linkify.set({ fuzzyLink: false })
  md.use(footnotes).use(commentsAndBreaks)
  const said: Said = { pictures: [], links: [] }
  let isInLink = false
  const look = (tokens: Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'inline') look(token.children ?? [])
      if (token.type === 'link_open') {
        isInLink = true
        if (leadsOut(token.attrGet('href'))) said.links.push(String(token.attrGet('href')))
      }
      if (token.type === 'link_close') isInLink = false
      if (token.type !== 'image') continue
      const source = String(token.attrGet('src'))
      const file = files.find(({ path }) => path === decodeURIComponent(source))
      if (file?.type.startsWith('image/')) said.pictures.push(file.path)
      // A link can't stand in a link: its words are left.
      else if (leadsOut(source) && !isInLink) said.links.push(source)
    }
  }
  look(md.parse(markdown, {}))
  return said
}

function leadsOut (target: string | number | null): boolean {
  return /^(?:https?:\/\/|mailto:)./i.test(String(target ?? ''))
}
