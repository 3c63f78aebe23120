import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { DraftNews, DraftPreview, DraftsPart } from '../../console/server/parts.ts'
import type { Draft, DraftCheck, DraftSummary, DraftVersion, DraftVersionText, PublishDraft, SaveDraft } from '../../shared/api/drafts.ts'
import { AppError } from '../../shared/errors.ts'
import { OWN, PICTURE } from './samples.ts'

export const DRAFT = '01j00000000000000000000002'
const { markdown: DRAFT_TEXT, ...draftSummary }: Draft = {
  id: DRAFT, newsletter: OWN, corrects: null, title: '', subtitle: '', markdown: 'Once', language: 'en', tags: [], version: 1,
  savedAt: '2026-01-05T00:00:00.000Z', words: 1, files: [], publication: null, problem: null
}
const draftVersion: DraftVersion = { version: 1, savedAt: '2026-01-05T00:00:00.000Z', words: 1, kept: 'saved' }

/** Has one draft. Notes what it is asked in the title. */
export class MemoryDrafts extends EventEmitter<DraftNews> implements DraftsPart {
  files: DraftsPart['files'] = {
    put: async (_id, { name, bytes, alt, sizeBytes }) => {
      const content = await text(Readable.from(bytes))
      return this.#draft(`put ${name} ${content} ${alt} ${sizeBytes}`)
    },
    describe: async (_id, name, alt) => this.#draft(`describe ${name} ${alt}`),
    remove: async (_id, name) => this.#draft(`remove ${name}`),
    open: async () => ({ type: 'image/png', sizeBytes: PICTURE.length, hash: 'h', notShown: null, open: (start, end) => Readable.from([PICTURE.subarray(start, end + 1)]) })
  }

  list (): DraftSummary[] { return [draftSummary] }
  async create (newsletter: string, language: string): Promise<Draft> { return this.#draft(`create ${newsletter} ${language}`) }
  async correct (newsletter: string, id: string): Promise<Draft> { return this.#draft(`correct ${newsletter} ${id}`) }
  async get (id: string): Promise<Draft> {
    if (id !== DRAFT) throw new AppError('NOT_FOUND', 'There is no such draft.')
    return this.#draft('get')
  }

  async save (_id: string, { baseVersion, title }: SaveDraft): Promise<Draft> { return this.#draft(`save ${baseVersion} ${title}`) }
  async discard (): Promise<void> {}
  async versions (): Promise<DraftVersion[]> { return [draftVersion] }
  async version (_id: string, version: number): Promise<DraftVersionText> {
    return { ...draftVersion, version, title: '', subtitle: '', markdown: DRAFT_TEXT, language: null, tags: [], problem: null }
  }

  async check (): Promise<DraftCheck> { return { findings: [], sizeBytes: 4, words: 1, minutes: 1 } }
  async publish (_id: string, request: PublishDraft): Promise<Draft> { return this.#draft(`publish ${JSON.stringify(request)}`) }
  async unpublish (): Promise<Draft> { return this.#draft('unpublish') }
  async preview (): Promise<DraftPreview> {
    return { newsletter: OWN, title: 'Once', subtitle: '', language: null, publishedAt: '2026-01-05T00:00:00.000Z', markdown: DRAFT_TEXT, files: [],
      fileNames: { 'a-b.png': 'a b.png' } }
  }

  #draft (title: string): Draft { return { ...draftSummary, title, markdown: DRAFT_TEXT } }
}
