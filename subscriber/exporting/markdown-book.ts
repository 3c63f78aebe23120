import { stringify } from 'yaml'
import { formatAddress } from '../../shared/format/address.ts'
import type { IssueManifestFile } from '../../shared/format/issue.ts'
import { type Book, bytesOf, type Chapter, type Entry, textEntry } from './book.ts'
import { holdableNames, slugOf } from './file-name.ts'

/** Longer names of folders are of no use to anybody. */
const SLUG_CHARACTERS = 60

/**
 * A book as Markdown with its files: of one issue right there, of several in a folder each, named so that they sort by date.
 * A file with a name that not every system can hold gets another, in the text as well.
 * Pictures that are not shown are not in it, because what shows Markdown would open them.
 */
export async function * markdownBook ({ chapters }: Book): AsyncGenerator<Entry> {
  for (const chapter of chapters) {
    const folder = chapters.length === 1 ? '' : `${folderOf(chapter)}/`
    const names = holdableNames(chapter.manifest.files.map(nameOf))
    const text = await chapter.markdown(names)
    yield textEntry(`${folder}index.md`, `---\n${stringify(frontMatter(chapter), { lineWidth: 0 })}---\n\n${text}`)
    for (const file of chapter.manifest.files) {
      if (file.notShown === undefined) yield { path: `${folder}files/${names.get(nameOf(file))}`, bytes: bytesOf(await chapter.file(file)) }
    }
  }
}

function nameOf ({ path }: IssueManifestFile): string {
  return path.slice('files/'.length)
}

/** As importing reads it. */
function frontMatter ({ number, newsletterTitle, manifest }: Chapter): object {
  const { title, subtitle, summary, authors, tags, language, publishedAt, newsletter, id, files } = manifest
  const notShown = files.flatMap(({ path, notShown }) => notShown === undefined ? [] : [`${path}: ${notShown}`])
  return {
    title,
    ...(subtitle && { subtitle }),
    ...(summary && { summary }),
    date: publishedAt,
    ...(authors.length > 0 && { authors: authors.map(({ name }) => name) }),
    ...(tags && tags.length > 0 && { tags }),
    language,
    newsletter: newsletterTitle,
    number,
    address: `${formatAddress(newsletter)}/${id}`,
    ...(notShown.length > 0 && { notShown })
  }
}

function folderOf ({ number, manifest: { publishedAt, title } }: Chapter): string {
  const slug = slugOf(title, SLUG_CHARACTERS)
  return `${publishedAt.slice(0, 10)}-${String(number).padStart(3, '0')}${slug && `-${slug}`}`
}
