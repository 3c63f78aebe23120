import { backups } from './backups.ts'
import { bundles } from './bundles.ts'
import { checkWords } from './check-words.ts'
import { copies } from './copies.ts'
import { drafts } from './drafts.ts'
import { exports } from './exports.ts'
import { feeds } from './feeds.ts'
import { highlights } from './highlights.ts'
import { issues } from './issues.ts'
import { keeping } from './keeping.ts'
import { locks } from './locks.ts'
import { machine } from './machine.ts'
import { newsletters } from './newsletters.ts'
import { node } from './node.ts'
import { notifications } from './notifications.ts'
import { opml } from './opml.ts'
import { policies } from './policies.ts'
import { preparing } from './preparing.ts'
import { restoring } from './restoring.ts'
import { revisions } from './revisions.ts'
import { root } from './root.ts'
import { search } from './search.ts'
import { subscriptions } from './subscriptions.ts'
import { words } from './words.ts'
import { writers } from './writers.ts'

/** The whole contract, by name of the operation. */
export const api = {
  ...node, ...newsletters, ...checkWords, ...words, ...locks, ...root, ...restoring, ...backups, ...writers, ...issues, ...revisions, ...copies, ...keeping,
  ...drafts,
  ...search, ...subscriptions, ...policies, ...preparing, ...opml, ...exports, ...highlights, ...notifications, ...feeds, ...bundles, ...machine
}

export type Api = typeof api
export type Operation = keyof Api
