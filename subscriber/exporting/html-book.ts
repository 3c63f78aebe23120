import { createHash, randomUUID } from 'node:crypto'
import type { IssueManifestFile } from '../../shared/format/issue.ts'
import { escapeHtml } from '../rendering/escape-html.ts'
import { PAGE_HEAD } from '../rendering/page.ts'
import { PAGE_STYLE } from '../rendering/page-style.ts'
import { adaptHtml } from './adapt-html.ts'
import { type Book, bytesOf, type Chapter, pictureEnding } from './book.ts'
import { chapterFoot, chapterHead, languageAttributes, titleOf } from './chapter-parts.ts'

/** A book as one page, pictures included, which asks for nothing from anywhere. */
export async function * htmlBook (book: Book): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256').update(PAGE_STYLE).digest('base64')
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  yield text(`<!doctype html>
<html ${languageAttributes(book.language, false)}>
<head>
${PAGE_HEAD}<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(book.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
${contents(book)}`)
  for (const [i, chapter] of book.chapters.entries()) yield * article(chapter, i, book.chapters.length === 1)
  yield text('</body>\n</html>\n')
}

function contents ({ title, description, chapters }: Book): string {
  if (chapters.length === 1) return ''
  const items = chapters.map((chapter, i) => `<li><a href="#issue-${i}">${escapeHtml(titleOf(chapter))}</a></li>`)
  return `<header>\n<h1>${escapeHtml(title)}</h1>\n${description && `<p class="deck">${escapeHtml(description)}</p>\n`}</header>\n<main>\n<ol>\n${items.join('\n')}\n</ol>\n</main>\n`
}

async function * article (chapter: Chapter, index: number, isOnly: boolean): AsyncGenerator<Uint8Array> {
  const pictures: IssueManifestFile[] = []
  // Stands for the bytes of pictures until they are written. Nobody who writes a text can know it.
  const place = `https://${randomUUID()}.invalid/`
  const html = adaptHtml(await chapter.html(), {
    prefix: isOnly ? '' : `issue-${index}-`,
    picture: name => {
      const file = chapter.manifest.files.find(({ path }) => path === `files/${name}`)
      if (!file || pictureEnding(file) === null) return null
      return place + String(pictures.push(file) - 1)
    }
  })
  yield text(`<article id="issue-${index}" ${languageAttributes(chapter.manifest.language, false)}>\n${chapterHead(chapter)}\n<main dir="auto">\n`)
  // Around every picture, by its number.
  const [start, ...rest] = html.split(`"${place}`)
  yield text(start!)
  for (const part of rest) {
    const end = part.indexOf('"')
    yield text('"')
    yield * dataUrl(chapter, pictures[Number(part.slice(0, end))]!)
    yield text(part.slice(end))
  }
  yield text(`</main>\n${chapterFoot(chapter, new Set(pictures.map(({ path }) => path)))}\n</article>\n`)
}

async function * dataUrl (chapter: Chapter, file: IssueManifestFile): AsyncGenerator<Uint8Array> {
  yield text(`data:${file.type};base64,`)
  let left = Buffer.alloc(0)
  for await (const bytes of bytesOf(await chapter.file(file))) {
    const all = Buffer.concat([left, bytes])
    const whole = all.length - all.length % 3
    yield text(all.toString('base64', 0, whole))
    left = all.subarray(whole)
  }
  yield text(left.toString('base64'))
}

function text (content: string): Uint8Array {
  return Buffer.from(content)
}
