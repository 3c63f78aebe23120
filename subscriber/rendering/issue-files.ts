import type { IssueManifestFile } from '../../shared/format/issue.ts'

/** What rendering knows of a file of the issue. */
export type FileInIssue = Pick<IssueManifestFile, 'path' | 'type' | 'alt' | 'width' | 'height'> & {
  /** Why it is not shown as a picture, though it is called one. */
  notShown?: string | undefined
}

const FILES = 'files/'

/** @param path `files/<name>` */
export function fileNameOf ({ path }: Pick<FileInIssue, 'path'>): string {
  return path.slice(FILES.length)
}

/** The files of one issue with the addresses under which they are shown. */
export class IssueFiles {
  #byName = new Map<string, { file: FileInIssue, url: string }>()
  #urls = new Set<string>()

  constructor (files: FileInIssue[], fileUrl: (name: string) => string) {
    for (const file of files) {
      const name = fileNameOf(file)
      const url = fileUrl(name)
      this.#byName.set(name, { file, url })
      this.#urls.add(url)
    }
  }

  /** The file that a link or picture of the text points to, if it is one of the issue. */
  at (target: string): { file: FileInIssue, url: string } | null {
    const encoded = /^(?:\.\/)?files\/(.+)$/s.exec(target)?.[1]
    if (encoded === undefined) return null
    try {
      return this.#byName.get(decodeURIComponent(encoded).normalize('NFC')) ?? null
    } catch {
      // A lone % is no encoding of any name.
      return null
    }
  }

  hasUrl (url: string): boolean {
    return this.#urls.has(url)
  }
}
