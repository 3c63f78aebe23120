import { AppError } from '../../shared/errors.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import type { IssueFiles } from '../importing/prepare-issue.ts'
import type { PreparedFile } from '../importing/prepared-issue.ts'
import type { StoredIssue } from '../own-library.ts'

/** The files beside a corrected text, and behind them those that the issue has already. */
export class EarlierFiles implements IssueFiles {
  #beside: IssueFiles
  #earlier: Map<string, PreparedFile>
  #taken = new Map<string, PreparedFile>()

  constructor (beside: IssueFiles, manifest: IssueManifest, { parts }: StoredIssue) {
    this.#beside = beside
    this.#earlier = new Map(manifest.files.flatMap(({ path, size, ...file }) => {
      const part = parts.find(candidate => candidate.path === path)
      return part ? [[path, { path, sizeBytes: size, ...file, blocks: part.blocks }]] : []
    }))
  }

  /** @throws AppError BAD_SOURCE when two different files would have one name */
  get files (): PreparedFile[] {
    const files = [...this.#beside.files, ...this.#taken.values()]
    for (const [i, { path }] of files.entries()) {
      if (files.findIndex(file => file.path === path) !== i) throw new AppError('BAD_SOURCE', `The issue has a file ${path} already, and the text takes another one of that name. Give the new one another name.`)
    }
    return files
  }

  async find (target: string): Promise<string | null> {
    return await this.#beside.find(target) ?? (this.#earlier.has(target) ? target : null)
  }

  async take (found: string, alt: string): Promise<{ path: string, notShown?: string }> {
    const file = this.#earlier.get(found)
    if (!file) return await this.#beside.take(found, alt)
    const taken = { ...file, alt: alt || file.alt }
    this.#taken.set(found, taken)
    return taken
  }
}
