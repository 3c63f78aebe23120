import Type, { type Static } from 'typebox'
import { Language } from '../format/fields.ts'
import { endpoint } from './endpoint.ts'
import { IssueParams, OpenedPage } from './issues.ts'
import { Problem } from './problem.ts'
import { Correction } from './revisions.ts'

const strict = { additionalProperties: false }

/** A file of a draft has at most so many bytes; larger ones are published with the command line. */
export const DRAFT_FILE_BYTES = 64 * 1024 * 1024
/** As many characters as an issue's text may have bytes, so that what is refused at publishing can still be saved. */
const TEXT_CHARACTERS = 4 * 1024 * 1024

const DraftParams = Type.Object({ draft: Type.String({ minLength: 1, maxLength: 26 }) }, strict)
const VersionParams = Type.Object({ draft: DraftParams.properties.draft, version: Type.Integer({ minimum: 0 }) }, strict)
const FileParams = Type.Object({ draft: DraftParams.properties.draft, name: Type.String({ minLength: 1, maxLength: 255 }) }, strict)
const Alt = Type.String({ maxLength: 2000 })

export type DraftFile = Static<typeof DraftFile>
export const DraftFile = Type.Object({
  /** The text names it `files/<name>`. */
  name: Type.String(),
  /** MIME type, by what the file holds. */
  type: Type.String(),
  sizeBytes: Type.Integer(),
  alt: Type.String()
}, strict)

/**
 * `held`: goes out within a minute, and can be taken back until then. `missed`: the node did not run at that time, and the
 * author is asked. `failed`: `problem` says why nothing went out.
 */
export type Publication = Static<typeof Publication>
export const Publication = Type.Object({
  state: Type.Union([Type.Literal('held'), Type.Literal('scheduled'), Type.Literal('missed'), Type.Literal('failed')]),
  /** ISO 8601, UTC. */
  goesOutAt: Type.String(),
  problem: Type.Union([Problem, Type.Null()])
}, strict)

export type DraftDamage = Static<typeof DraftDamage>
export const DraftDamage = Type.Object({
  ...Problem.properties,
  /** Nothing could be read of it: this is the newest version from before. */
  isOlder: Type.Boolean(),
  /** Under this name its file lies in the draft's folder as it was found; null: it is not put aside, or did not come along from another machine. */
  aside: Type.Union([Type.String(), Type.Null()])
}, strict)

const text = {
  title: Type.String({ maxLength: 500 }),
  subtitle: Type.String({ maxLength: 1000 }),
  markdown: Type.String({ maxLength: TEXT_CHARACTERS })
}
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100 })
/** BCP 47; null: the newsletter's. */
const language = Type.Union([Language, Type.Null()])

const summary = {
  /** Lower-case ULID. */
  id: Type.String(),
  /** Address of the newsletter for which it is written. */
  newsletter: Type.String(),
  /** The issue that it corrects, and the revision from which it was written on; null: it becomes an issue of its own. */
  corrects: Type.Union([Type.Null(), Type.Object({ issue: Type.String(), revision: Type.Integer() }, strict)]),
  title: text.title,
  subtitle: text.subtitle,
  language,
  tags,
  /** Of the text: what {@link SaveDraft} has to name. Files and publication do not change it. 0: nothing was saved yet. */
  version: Type.Integer(),
  /** ISO 8601, UTC. */
  savedAt: Type.String(),
  words: Type.Integer(),
  files: Type.Array(DraftFile),
  publication: Type.Union([Publication, Type.Null()]),
  /** What the author has to see: its file was changed by something other than the node. Until the author has called it right, published or scheduled it. */
  problem: Type.Union([DraftDamage, Type.Null()])
}

export type DraftSummary = Static<typeof DraftSummary>
export const DraftSummary = Type.Object(summary, strict)

export type Draft = Static<typeof Draft>
export const Draft = Type.Object({ ...summary, markdown: text.markdown }, strict)

export type SaveDraft = Static<typeof SaveDraft>
export const SaveDraft = Type.Object({
  /** The version from which the text was written on. */
  baseVersion: Type.Integer({ minimum: 0 }),
  ...text,
  /** What is left out stays as it is. */
  language: Type.Optional(language),
  tags: Type.Optional(tags),
  /** Its author has looked at what something other than the node has changed. Who only goes on writing has not. */
  isRight: Type.Optional(Type.Boolean())
}, strict)

const version = {
  version: Type.Integer(),
  savedAt: Type.String(),
  words: Type.Integer(),
  /** `conflict`: refused, because another window had saved meanwhile, and kept so that nothing typed is lost. */
  kept: Type.Union([Type.Literal('saved'), Type.Literal('conflict')])
}

export type DraftVersion = Static<typeof DraftVersion>
export const DraftVersion = Type.Object(version, strict)

export type DraftVersionText = Static<typeof DraftVersionText>
export const DraftVersionText = Type.Object({
  ...version, ...text, language, tags,
  /** Its file was changed by something other than the node: this is what stands there now. */
  problem: Type.Union([Problem, Type.Null()])
}, strict)

export type DraftFinding = Static<typeof DraftFinding>
export const DraftFinding = Type.Object({
  /** `stop`: it can not be published like this. */
  level: Type.Union([Type.Literal('stop'), Type.Literal('warn'), Type.Literal('note')]),
  code: Type.Union([
    Type.Literal('noTitle'), Type.Literal('noText'), Type.Literal('tk'), Type.Literal('pictureMissing'), Type.Literal('tooLarge'),
    Type.Literal('pictureNotShown'), Type.Literal('altMissing'), Type.Literal('deadLink'), Type.Literal('remotePicture'), Type.Literal('noLanguage'),
    Type.Literal('fileUnused'), Type.Literal('changed')
  ]),
  /** In English. */
  text: Type.String(),
  /** The file or target that it is about, for a text in another language; '' when there is none. */
  about: Type.String(),
  /** Line of the Markdown, from 1; null when it is about no single one. */
  line: Type.Union([Type.Integer(), Type.Null()])
}, strict)

export type DraftCheck = Static<typeof DraftCheck>
export const DraftCheck = Type.Object({
  findings: Type.Array(DraftFinding),
  /** Of the text and the files that it uses. */
  sizeBytes: Type.Integer(),
  words: Type.Integer(),
  /** To read it. */
  minutes: Type.Integer()
}, strict)

export type PublishDraft = Static<typeof PublishDraft>
export const PublishDraft = Type.Object({
  /** ISO 8601 with its zone; left out: now, held for a minute. */
  at: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)$' })),
  /** Findings that stop, but shall not: the author means what stands there. */
  ignore: Type.Optional(Type.Array(Type.Literal('tk'), { maxItems: 1 })),
  /** What a draft that corrects an issue has to say, and no other may. */
  change: Type.Optional(Correction.properties.change),
  note: Correction.properties.note
}, strict)

export const drafts = {
  listDrafts: endpoint({
    method: 'GET', path: '/api/drafts', summary: 'The drafts of this node, the one saved last first',
    response: Type.Object({ drafts: Type.Array(DraftSummary) }, strict)
  }),
  createDraft: endpoint({
    method: 'POST', path: '/api/drafts', summary: 'Begin a draft for a newsletter written here',
    body: Type.Object({ newsletter: Type.String({ minLength: 1, maxLength: 300 }) }, strict), response: Draft
  }),
  correctInDraft: endpoint({
    method: 'POST', path: '/api/issues/:issue/draft', summary: 'Begin a draft that corrects an issue, with its text and files; or the one that was begun',
    params: IssueParams, response: Draft
  }),
  getDraft: endpoint({ method: 'GET', path: '/api/drafts/:draft', summary: 'One draft with its text', params: DraftParams, response: Draft }),
  saveDraft: endpoint({
    method: 'PUT', path: '/api/drafts/:draft', summary: 'Save the text; refused, and kept as a version, when another window has saved meanwhile',
    params: DraftParams, body: SaveDraft, response: Draft
  }),
  discardDraft: endpoint({
    method: 'DELETE', path: '/api/drafts/:draft', summary: 'Delete a draft with its versions and files',
    params: DraftParams, response: Type.Object({ draft: Type.String() }, strict)
  }),
  listDraftVersions: endpoint({
    method: 'GET', path: '/api/drafts/:draft/versions', summary: 'The versions of a draft to go back to, newest first',
    params: DraftParams, response: Type.Object({ versions: Type.Array(DraftVersion) }, strict)
  }),
  getDraftVersion: endpoint({
    method: 'GET', path: '/api/drafts/:draft/versions/:version', summary: 'The text of one version',
    params: VersionParams, response: DraftVersionText
  }),
  putDraftFile: endpoint({
    method: 'PUT', path: '/api/drafts/:draft/files/:name', summary: 'Add or replace a picture or attachment: its bytes, at most 64 MiB',
    params: FileParams, query: Type.Object({ alt: Type.Optional(Alt) }, strict), bytes: true, response: Draft
  }),
  describeDraftFile: endpoint({
    method: 'PATCH', path: '/api/drafts/:draft/files/:name', summary: 'Say what a picture shows, for those who can not see it',
    params: FileParams, body: Type.Object({ alt: Alt }, strict), response: Draft
  }),
  removeDraftFile: endpoint({
    method: 'DELETE', path: '/api/drafts/:draft/files/:name', summary: 'Take a file out of a draft', params: FileParams, response: Draft
  }),
  checkDraft: endpoint({
    method: 'POST', path: '/api/drafts/:draft/check', summary: 'What stands against publishing, and what the author should know before',
    params: DraftParams, response: DraftCheck
  }),
  publishDraft: endpoint({
    method: 'POST', path: '/api/drafts/:draft/publication', summary: 'Publish a draft after a minute in which it can be taken back, or at a time',
    params: DraftParams, body: PublishDraft, response: Draft
  }),
  unpublishDraft: endpoint({
    method: 'DELETE', path: '/api/drafts/:draft/publication', summary: 'Take a publication back before it has gone out',
    params: DraftParams, response: Draft
  }),
  openDraft: endpoint({
    method: 'POST', path: '/api/drafts/:draft/page', summary: 'The path of the draft\'s page, as readers would see it, with a pass in it for a browser',
    params: DraftParams, response: OpenedPage
  })
}
