import { copies } from './copies.ts'
import { drafts } from './drafts.ts'
import { feeds } from './feeds.ts'
import { issues } from './issues.ts'
import { machine } from './machine.ts'
import { newsletters } from './newsletters.ts'
import { node } from './node.ts'
import { subscriptions } from './subscriptions.ts'
import { words } from './words.ts'

/** The whole contract, by name of the operation. */
export const api = { ...node, ...newsletters, ...words, ...issues, ...copies, ...drafts, ...subscriptions, ...feeds, ...machine }

export type Api = typeof api
export type Operation = keyof Api
