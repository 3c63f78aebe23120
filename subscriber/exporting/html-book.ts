import { createHash, randomUUID } from 'node:crypto'
import type { IssueManifestFile } from '../../shared/format/issue.ts'
import { escapeHtml } from '../rendering/escape-html.ts'
import { PAGE_HEAD } from '../rendering/page.ts'
import { PAGE_STYLE } from '../rendering/page-style.ts'
import { adaptedPictures, type Book, bytesOf, type Chapter, pictureEnding } from './book.ts'
import { chapterFoot, chapterHead, languageAttributes, titleOf } from './chapter-parts.ts'

/** So many bytes of pictures may stand there again, shared among the chapters and their pictures: an ornament is small. */
export const REPEATED_BYTES = 16 * 1024 * 1024

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
  for (const [i, chapter] of book.chapters.entries()) yield * article(chapter, i, book.chapters.length)
  yield text('</body>\n</html>\n')
}

function contents ({ title, description, chapters }: Book): string {
  if (chapters.length === 1) return ''
  const items = chapters.map((chapter, i) => `<li><a href="#issue-${i}">${escapeHtml(titleOf(chapter))}</a></li>`)
  return `<header>\n<h1>${escapeHtml(title)}</h1>\n${description && `<p class="deck">${escapeHtml(description)}</p>\n`}</header>\n<main>\n<ol>\n${items.join('\n')}\n</ol>\n</main>\n`
}

async function * article (chapter: Chapter, index: number, chapters: number): AsyncGenerator<Uint8Array> {
  const { files } = chapter.manifest
  const share = REPEATED_BYTES / chapters / files.filter(file => pictureEnding(file) !== null).length
  // Stands for the bytes of pictures until they are written. Nobody who writes a text can know it.
  const place = `https://${randomUUID()}.invalid/`
  const pictures = adaptedPictures(chapter, ({ size }, _ending, at) => ({ url: `${place}${at}`, times: 1 + Math.floor(share / Math.max(1, size)) }))
  const { html, pictures: shown } = await chapter.adapted({ prefix: chapters === 1 ? '' : `issue-${index}-`, pictures })
  yield text(`<article id="issue-${index}" ${languageAttributes(chapter.manifest.language, false)}>\n${chapterHead(chapter)}\n<main dir="auto">\n`)
  // Around every picture, by its number.
  const [start, ...rest] = html.split(`"${place}`)
  yield text(start!)
  for (const part of rest) {
    const end = part.indexOf('"')
    yield text('"')
    yield * dataUrl(chapter, files[Number(part.slice(0, end))]!)
    yield text(part.slice(end))
  }
  yield text(`</main>\n${chapterFoot(chapter, new Set(shown.map(name => `files/${name}`)))}\n</article>\n`)
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
