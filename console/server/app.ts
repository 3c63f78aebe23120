import fastify, { type FastifyInstance } from 'fastify'
import type { Log } from '../../shared/log.ts'
import type { ShelfPart } from '../shelf/shelf.ts'
import { answerBroken } from './broken-requests.ts'
import { compilers } from './compilers.ts'
import { answer, errors } from './errors.ts'
import { eventRoute, EventStreams } from './events.ts'
import { feedPages } from './feed-pages.ts'
import { guard } from './guard.ts'
import { headers } from './headers.ts'
import { docs, openApi } from './openapi.ts'
import type { WritingPart } from './history-parts.ts'
import type { LocksPart } from './lock-parts.ts'
import type {
  CopiesPart, CustodyPart, DraftsPart, EnrolmentPart, InvitationsPart, NodePart, PreviewsPart, PublisherPart, RevisingPart, RootPart, SubscriberPart
} from './parts.ts'
import type { BackupsPart, RestoringPart, ResumingPart } from './restoring-parts.ts'
import { previewPages } from './preview.ts'
import { readingPages } from './reading.ts'
import { copies as copiesRoutes } from './routes/copies.ts'
import { backups as backupRoutes } from './routes/backups.ts'
import { bundles } from './routes/bundles.ts'
import { checkWords } from './routes/check-words.ts'
import { drafts as draftRoutes } from './routes/drafts.ts'
import { exports } from './routes/exports.ts'
import { feeds } from './routes/feeds.ts'
import { highlights } from './routes/highlights.ts'
import { holding } from './routes/holding.ts'
import { issues } from './routes/issues.ts'
import { keeping } from './routes/keeping.ts'
import { locks as lockRoutes } from './routes/locks.ts'
import { machine } from './routes/machine.ts'
import { newsletters } from './routes/newsletters.ts'
import { node as nodeRoutes } from './routes/node.ts'
import { restoring as restoringRoutes } from './routes/restoring.ts'
import { notifications } from './routes/notifications.ts'
import { opml } from './routes/opml.ts'
import { revisions } from './routes/revisions.ts'
import { root as rootRoutes } from './routes/root.ts'
import { search as searchRoutes } from './routes/search.ts'
import { subscriptions } from './routes/subscriptions.ts'
import { words } from './routes/words.ts'
import { writers } from './routes/writers.ts'
import type { SearchPart } from './search-part.ts'
import type { Secrets } from './secrets.ts'
import type { NotifierPart } from './subscribing-parts.ts'
import { endSilent } from './silent-connections.ts'
import { HEADER_LIMITS, limitBodies } from './time-limits.ts'
import { staticPage } from './static-page.ts'

/** An issue's text has at most 4 MiB; JSON needs some more for it. */
const BODY_BYTES = 6 * 1024 * 1024
/** A file name has at most 255 bytes, each three characters in an address when it is escaped. */
const PARAMETER_CHARACTERS = 1000

export interface AppParts {
  publisher: PublisherPart
  revising: RevisingPart
  custody: CustodyPart
  writing: WritingPart
  locks: LocksPart
  root: RootPart
  invitations: InvitationsPart
  restoring: RestoringPart
  resuming: ResumingPart
  backups: BackupsPart
  enrolment: EnrolmentPart
  subscriber: SubscriberPart
  search: SearchPart
  copies: CopiesPart
  shelf: ShelfPart
  drafts: DraftsPart
  previews: PreviewsPart
  notifier: NotifierPart
  node: NodePart
  secrets: Secrets
  log: Log
  /** The built page of the console; may be missing. */
  webFolder: string
  /** Names to answer to, besides those of loopback. */
  hosts: string[]
  version: string
}

/** The HTTP interface of a node: its table of contents. Not listening yet; `inject` works at once. */
export function buildApp (parts: AppParts): FastifyInstance {
  const { publisher, revising, custody, writing, locks, root, invitations, restoring, resuming, backups, enrolment } = parts
  const { subscriber, search, copies, shelf, drafts, previews, notifier, node, secrets, log, webFolder, hosts, version } = parts
  const app = fastify({
    bodyLimit: BODY_BYTES,
    http: HEADER_LIMITS,
    // Silence is looked after below.
    keepAliveTimeout: 0,
    clientErrorHandler: answerBroken,
    // Addresses of requests may hold passes, so requests are not logged.
    logger: false,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => { answer(error, request, reply, log) }
  })
  compilers(app)
  const events = new EventStreams({ custody, writing, locks, subscriber, copies, drafts, node, notifier, log })

  // First, so that what the guard refuses has them too.
  endSilent(app)
  headers(app, { readingPort: () => node.readingPort })
  guard(app, { secrets, hosts })
  errors(app, { log })
  limitBodies(app)

  openApi(app, { version })
  app.register(async app => {
    nodeRoutes(app, { node, subscriber, search, secrets })
    newsletters(app, { publisher, subscriber, custody, writing, locks })
    checkWords(app)
    words(app, { custody, subscriber })
    lockRoutes(app, { locks, subscriber })
    rootRoutes(app, { root, subscriber })
    backupRoutes(app, { backups })
    restoringRoutes(app, { restoring, subscriber })
    writers(app, { invitations, enrolment, resuming, subscriber })
    issues(app, { publisher, subscriber, node, secrets, events })
    searchRoutes(app, { search })
    holding(app, { subscriber })
    opml(app, { subscriber, secrets })
    exports(app, { subscriber })
    highlights(app, { subscriber })
    notifications(app, { notifier })
    subscriptions(app, { subscriber })
    revisions(app, { revising, subscriber })
    feeds(app, { subscriber, secrets })
    copiesRoutes(app, { copies, subscriber })
    keeping(app, { subscriber, shelf })
    machine(app, { node })
    bundles(app, { subscriber })
    eventRoute(app, { events })
  })
  // By themselves, because nothing else takes bytes that are no JSON.
  app.register(async app => draftRoutes(app, { drafts, subscriber, node, secrets }))
  app.register(docs)
  app.register(async app => readingPages(app, { subscriber, secrets }))
  app.register(async app => feedPages(app, { subscriber, secrets }))
  app.register(async app => previewPages(app, { drafts, previews, secrets }))
  app.register(staticPage, { webFolder })
  return app
}
