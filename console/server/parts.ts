import type { Readable } from 'node:stream'
import type { BundleMade, BundleOpened, BundleProgress } from '../../shared/api/bundles.ts'
import type { CopiesTarget, IssueCopies, IssueCopiesDetails, IssueCopiesPage, NewsletterCopies } from '../../shared/api/copies.ts'
import type {
  Draft, DraftCheck, DraftSummary, DraftVersion, DraftVersionText, PublishDraft, SaveDraft
} from '../../shared/api/drafts.ts'
import type { Imported, Issue, IssueDetails, IssueList, IssuePage, IssueSource, Place, Published, Verification } from '../../shared/api/issues.ts'
import type { Eviction, KeepBody, KeeperSettings, KeeperSettingsChange, KeepingOffer, Kept } from '../../shared/api/keeping.ts'
import type { Peers, Storage } from '../../shared/api/machine.ts'
import type { Newsletter, NewsletterChange, NewsletterDescription, NewNewsletter } from '../../shared/api/newsletters.ts'
import type { Status } from '../../shared/api/node.ts'
import type { Correction, Difference, Erased, Revised, Revision } from '../../shared/api/revisions.ts'
import type { Proposal, RootChange } from '../../shared/api/root.ts'
import type { MarkedRead, Subscription, SubscriptionChange, Unsubscribed } from '../../shared/api/subscriptions.ts'
import type { WordCustody, WordSets } from '../../shared/api/words.ts'
import type { WriterDetails } from '../../shared/api/writers.ts'
import type { Feed } from '../../subscriber/feeds/feed.ts'
import type { FeedContents, FeedUrls } from '../../subscriber/feeds/feeds.ts'
import type { HistoriesPart } from './history-parts.ts'
import type { SubscribingPart, Tells } from './subscribing-parts.ts'

/** What the server asks of the rooms below it. Throws of all of them are AppErrors. */

export interface IssueKey { newsletter: string, id: string }

/** A newsletter as the reading side knows it. */
export type NewsletterView = Omit<Newsletter, 'wordsUnconfirmed' | 'keys' | 'notWriting'>

export interface IssueFileContent {
  /** MIME type: of a picture what it is, else as the writer says it is, which is not to be believed. */
  type: string
  sizeBytes: number
  /** The same for ever for the same bytes. */
  hash: string
  /** Why it is not to be shown as a picture, though it is called one; null when it may be, and for what is none. */
  notShown: string | null
  /** From byte `start` to byte `end`, inclusive. */
  open (start: number, end: number): Readable
}

/** A complete HTML page, and the hashes of its style sheets as Content-Security-Policy writes them, without quotes. */
export interface PageHtml { html: string, styleHashes: string[] }

export interface PublisherPart {
  create (description: NewsletterDescription, root: Pick<NewNewsletter, 'passphrase' | 'quorum' | 'words' | 'announce'>): Promise<{ address: string, words: string }>
  describe (address: string, change: NewsletterChange): Promise<void>
  publish (address: string, source: IssueSource, options: { dryRun: boolean }): Promise<Published>
  importFolder (address: string, path: string, report: (done: number, total: number, name: string) => void): Promise<Imported>
}

/** Changes what was published. NOT_WRITER, NOT_COMPLETE, CONFLICT. */
export interface RevisingPart {
  correct (address: string, id: string, source: IssueSource, correction: Correction): Promise<Revised>
  retract (address: string, id: string, note: string): Promise<Revised>
  erase (address: string, id: string, note: string): Promise<Erased>
}

/** Recovery words that were not confirmed yet. */
export interface CustodyPart extends Tells<{ wordsChanged: [address: string] }> {
  unconfirmed (address: string): boolean
  describe (address: string): Promise<WordCustody>
  /** NOT_FOUND, BAD_PASSPHRASE; `seal` too. */
  show (address: string, passphrase?: string): Promise<WordSets>
  /** BAD_WORDS. */
  confirm (address: string, words: string): Promise<void>
  seal (address: string, passphrase: string, current?: string): Promise<void>
}

/** Makes root documents. CONFLICT where the root has gone on meanwhile. */
export interface RootPart {
  propose (address: string, change: RootChange): Promise<Proposal>
  read (text: string): Promise<Proposal>
  /** BAD_WORDS, BAD_PASSPHRASE. */
  sign (text: string, signing: { words?: string, passphrase?: string }): Promise<Proposal>
  /** BAD_SIGNATURE while too few have signed. */
  publish (text: string): Promise<{ newsletter: string, number: number }>
}

export interface InvitationsPart {
  invite (address: string, writer: { name: string, expires?: string }): Promise<string>
}

/** This device as a writer of newsletters. */
export interface EnrolmentPart {
  accept (invitation: string): Promise<{ newsletter: string, acceptance: string }>
  leave (address: string): Promise<{ writer: string, wrote: boolean }>
  /** Id of the writer that this device is; null: none. */
  writerHere (address: string): Promise<string | null>
}

export interface SubscriberNews {
  newsletterChanged: [address: string]
  newsletterRemoved: [address: string]
  issueChanged: [issue: Issue]
  /** Many were marked at once: in one newsletter, or in the whole inbox (null). */
  issuesMarked: [newsletter: string | null]
  subscriptionProgressed: [address: string]
}

export interface SubscriberPart extends Tells<SubscriberNews> {
  newsletters (): Promise<NewsletterView[]>
  newsletter (address: string): Promise<NewsletterView>
  writers (address: string): Promise<Omit<WriterDetails, 'isHere'>[]>
  readonly histories: HistoriesPart
  /** From any spelling of its address, or its title; NEWSLETTER_NOT_FOUND, AMBIGUOUS. */
  resolveNewsletter (name: string): Promise<string>
  /** From `<id>` or `<id>@<address>`; ISSUE_NOT_FOUND, AMBIGUOUS. */
  resolveIssue (ref: string): Promise<IssueKey>
  /** Of one newsletter (its address), of all that are saved, else of all subscriptions. */
  issues (list: IssueList & { newsletter?: string }): Promise<IssuePage>
  readonly reading: ReadingPart
  readonly marking: MarkingPart
  readonly keeping: KeepingPart
  readonly feeds: FeedsPart
  readonly bundles: BundlesPart
  readonly subscribing: SubscribingPart
  subscribe (address: string, choice?: Pick<SubscriptionChange, 'receipts'> & Pick<NewNewsletter, 'announce'>): Promise<Subscription>
  announce (address: string, announce: boolean): Promise<void>
  change (address: string, change: SubscriptionChange): Promise<Subscription>
  unsubscribe (address: string, options: { keep?: boolean }): Promise<Unsubscribed>
  subscriptions (): Promise<Subscription[]>
  subscription (address: string): Promise<Subscription>
  reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }>
}

/** What shows content throws NOT_COMPLETE, or NOT_VERIFIED with the reason. */
export interface ReadingPart {
  revisions (key: IssueKey): Promise<Revision[]>
  /** NOT_FOUND; `compare` too. */
  revision (key: IssueKey, revision: number): Promise<{ revision: Revision, markdown: string }>
  compare (key: IssueKey, between: { from?: number, to?: number }): Promise<Difference>
  issue (key: IssueKey): Promise<IssueDetails>
  content (key: IssueKey, format: 'text' | 'markdown' | 'html'): Promise<string>
  page (key: IssueKey, fileUrl: (name: string) => string, stylesheets?: string[]): Promise<PageHtml>
  file (key: IssueKey, name: string): Promise<IssueFileContent>
  verify (key: IssueKey): Promise<Verification>
  exportIssue (key: IssueKey, path: string): Promise<{ path: string, files: string[], sizeBytes: number }>
}

/** Feeds of one newsletter (its address), or of the inbox (null). */
export interface FeedsPart {
  contents (newsletter: string | null): Promise<FeedContents>
  feed (contents: FeedContents, urls: FeedUrls): Promise<Feed>
  /** ISSUE_NOT_FOUND for an issue that the feed does not have. */
  ensureHolds (newsletter: string | null, key: IssueKey): Promise<void>
}

/** Throws NEWSLETTER_NOT_FOUND for one that is not kept. */
export interface KeepingPart extends Tells<{ keptChanged: [address: string], issueEvicted: [eviction: Eviction] }> {
  all (): Promise<{ settings: KeeperSettings, kept: Kept[], usedBytes: number }>
  isKept (address: string): boolean
  get (address: string): Promise<Kept>
  change (change: KeeperSettingsChange): Promise<KeeperSettings>
  /** BAD_ADDRESS. */
  look (address: string): Promise<KeepingOffer>
  /** BAD_ADDRESS, CONFLICT for a newsletter that is written here, BAD_REQUEST for a promise that is over. */
  keep (wish: KeepBody): Promise<Kept>
  drop (address: string): Promise<{ newsletter: string, freedBytes: number }>
  /** The last first. */
  evictions (): Promise<Eviction[]>
}

export interface BundlesPart {
  /** `want`: path of a file of wants. NOT_COMPLETE, BAD_SOURCE, DISK_FULL, CONFLICT. */
  make (path: string, selection: { newsletters: string[], issues: IssueKey[], since: string | null, want: string | null }): Promise<BundleMade>
  open (path: string): Promise<BundleOpened>
  writeWant (path: string, newsletters: string[]): Promise<void>
  readonly progress: BundleProgress | null
}

export interface MarkingPart {
  read (key: IssueKey, read: boolean): Promise<Issue>
  save (key: IssueKey, saved: boolean): Promise<Issue>
  keepPlace (key: IssueKey, place: Place | null): Promise<Issue>
  readAll (newsletter: string | null): Promise<MarkedRead>
  takeBack (at: string): Promise<number>
}

/** All throw NOT_WRITER for a newsletter that is neither written nor kept here. */
export interface CopiesPart extends Tells<{ copiesChanged: [copies: NewsletterCopies], issueCopiesChanged: [copies: IssueCopies] }> {
  /** Of every newsletter that is written or kept here. */
  newsletters (): Promise<NewsletterCopies[]>
  newsletter (address: string): Promise<NewsletterCopies>
  issues (address: string, page: { limit?: number, cursor?: string }): Promise<IssueCopiesPage>
  /** NOT_COMPLETE. */
  issue (key: IssueKey): Promise<IssueCopiesDetails>
  setTarget (address: string, target: CopiesTarget): Promise<NewsletterCopies>
}

export interface DraftNews {
  draftChanged: [draft: DraftSummary]
  draftRemoved: [removed: { draft: string, published: string | null }]
}

/** All throw NOT_FOUND for a draft that is not there (any more). */
export interface DraftsPart extends Tells<DraftNews> {
  list (): DraftSummary[]
  create (newsletter: string, language: string): Promise<Draft>
  correct (newsletter: string, id: string): Promise<Draft>
  get (id: string): Promise<Draft>
  save (id: string, text: SaveDraft): Promise<Draft>
  discard (id: string): Promise<void>
  versions (id: string): Promise<DraftVersion[]>
  version (id: string, version: number): Promise<DraftVersionText>
  check (id: string): Promise<DraftCheck>
  publish (id: string, request: PublishDraft): Promise<Draft>
  unpublish (id: string): Promise<Draft>
  /** As it would be published now. */
  preview (id: string): Promise<DraftPreview>
  files: {
    put (id: string, file: { name: string, bytes: AsyncIterable<Uint8Array>, alt?: string, sizeBytes?: number }): Promise<Draft>
    describe (id: string, name: string, alt: string): Promise<Draft>
    remove (id: string, name: string): Promise<Draft>
    open (id: string, name: string): Promise<IssueFileContent>
  }
}

export interface PreviewIssue {
  newsletter: string
  title: string
  subtitle: string
  language: string | null
  publishedAt: string
  markdown: string
  files: { path: string, type: string, alt: string, width?: number, height?: number, notShown?: string }[]
}

export interface DraftPreview extends PreviewIssue {
  /** Names in the draft by the names that `markdown` uses. */
  fileNames: Record<string, string>
}

/** The reading side's view of what is not published yet. */
export interface PreviewsPart {
  page (issue: PreviewIssue, fileUrl: (name: string) => string, stylesheets: string[]): Promise<PageHtml>
}

export interface NodePart extends Tells<{ statusChanged: [] }> {
  status (): Promise<Status>
  /** True while everything is open. */
  readonly isReady: boolean
  peers (): Peers
  storage (): Promise<Storage>
  /** Port of the reading origin; null while it does not listen. */
  readonly readingPort: number | null
}
