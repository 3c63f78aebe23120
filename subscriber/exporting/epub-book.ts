import { directionOf } from '../../shared/format/direction.ts'
import type { IssueManifestFile } from '../../shared/format/issue.ts'
import { xmlText } from '../feeds/xml-text.ts'
import { escapeHtml } from '../rendering/escape-html.ts'
import { adaptedPictures, type Book, bytesOf, type Chapter, type Entry, textEntry } from './book.ts'
import { chapterFoot, chapterHead, languageAttributes, titleOf } from './chapter-parts.ts'

const STYLE = `body { line-height: 1.5; }
h1 { line-height: 1.15; }
header { margin-bottom: 2em; border-bottom: 3px double; }
footer { margin-top: 3em; padding-top: 1em; border-top: 1px solid; font-size: 0.8em; }
.kicker, .byline { font-size: 0.85em; }
.deck { font-style: italic; font-size: 1.1em; }
.change { padding: 0.5em 1em; border: 1px solid; }
img { max-width: 100%; height: auto; }
figure { margin: 1em 0; }
pre { white-space: pre-wrap; overflow-wrap: break-word; }
table { border-collapse: collapse; }
th, td { padding: 0.25em 0.5em; border: 1px solid; }
.left { text-align: left; } .center { text-align: center; } .right { text-align: right; }
`

const CONTAINER = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`

interface Item { id: string, href: string, type: string, isChapter: boolean }

/** A book as the entries of an EPUB 3, in the order in which they have to stand. */
export async function * epubBook (book: Book): AsyncGenerator<Entry> {
  const items: Item[] = []
  yield textEntry('mimetype', 'application/epub+zip')
  yield textEntry('META-INF/container.xml', CONTAINER)
  yield textEntry('OEBPS/style.css', STYLE)
  for (const [i, chapter] of book.chapters.entries()) {
    const href = `issue-${i}.xhtml`
    const paths = adaptedPictures(chapter, (_file, ending, at) => ({ url: `files/${i}-${at}.${ending}` }))
    const { html, pictures: shown } = await chapter.adapted({ prefix: 'issue-', pictures: paths })
    const pictures = new Map(shown.map(name => [paths[name]!.url, chapter.manifest.files.find(({ path }) => path === `files/${name}`)!]))
    yield textEntry(`OEBPS/${href}`, chapterPage(chapter, html, pictures))
    items.push({ id: `issue-${i}`, href, type: 'application/xhtml+xml', isChapter: true })
    for (const [path, file] of pictures) {
      yield { path: `OEBPS/${path}`, bytes: bytesOf(await chapter.file(file)) }
      items.push({ id: path.replace(/[^\w-]/g, '-'), href: path, type: file.type, isChapter: false })
    }
  }
  yield textEntry('OEBPS/nav.xhtml', navPage(book))
  yield textEntry('OEBPS/content.opf', packageDocument(book, items))
}

/** @param pictures by their paths in the book */
function chapterPage (chapter: Chapter, html: string, pictures: Map<string, IssueManifestFile>): string {
  const { language } = chapter.manifest
  const included = new Set([...pictures.values()].map(({ path }) => path))
  return page(titleOf(chapter), language, `<article>\n${chapterHead(chapter)}\n${html}\n${chapterFoot(chapter, included)}\n</article>`)
}

function navPage ({ title, language, chapters }: Book): string {
  const items = chapters.map((chapter, i) => `<li><a href="issue-${i}.xhtml">${escapeHtml(titleOf(chapter))}</a></li>`).join('\n')
  return page(title, language, `<nav epub:type="toc" id="toc">\n<h1>${escapeHtml(title)}</h1>\n<ol>\n${items}\n</ol>\n</nav>`)
}

function page (title: string, language: string, body: string): string {
  return xmlText(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" ${languageAttributes(language, true)}>
<head><title>${escapeHtml(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
${body}
</body>
</html>
`)
}

function packageDocument ({ id, title, description, authors, language, publisher, licence, modifiedAt, chapters }: Book, items: Item[]): string {
  const element = (name: string, value: string): string => value && `<dc:${name}>${escapeHtml(value)}</dc:${name}>\n`
  return xmlText(`<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="${escapeHtml(language || 'und')}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">${escapeHtml(id)}</dc:identifier>
${element('title', title)}${element('language', language || 'und')}${authors.map(author => element('creator', author)).join('')}${
  element('description', description)}${element('publisher', publisher)}${element('rights', licence)}${element('date', chapters.at(-1)!.manifest.publishedAt)}<meta property="dcterms:modified">${modifiedAt.replace(/\.\d+Z$/, 'Z')}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
${items.map(({ id, href, type }) => `<item id="${id}" href="${href}" media-type="${type}"/>`).join('\n')}
</manifest>
<spine page-progression-direction="${directionOf(language)}">
${chapters.length > 1 ? '<itemref idref="nav"/>\n' : ''}${items.filter(({ isChapter }) => isChapter).map(({ id }) => `<itemref idref="${id}"/>`).join('\n')}
</spine>
</package>
`)
}
