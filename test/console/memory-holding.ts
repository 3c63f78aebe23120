import { EventEmitter } from 'node:events'
import type { ExportingPart, HighlightingPart, ListsPart, NotifierPart, PoliciesPart, PreparingPart } from '../../console/server/subscribing-parts.ts'
import type { Highlight, NewHighlight } from '../../shared/api/highlights.ts'
import type { Notification } from '../../shared/api/notifications.ts'
import type { PolicyEffect } from '../../shared/api/policies.ts'
import type { Preparation } from '../../shared/api/preparing.ts'
import { OTHER, REF } from './samples.ts'

const effect: PolicyEffect = { freesBytes: 5, fetchesBytes: 0, holdsBytes: 5, issues: { whole: 0, partial: 1, leftOut: 0 } }
const preparation: Preparation = {
  startedAt: '2026-01-05T00:00:00.000Z', isDone: true, isStuck: true, issues: { unread: 1, ready: 1 }, toGoBytes: 0, missing: [], unheard: []
}

export const memoryPolicies: PoliciesPart = {
  effect: async () => effect,
  set: async (_address, policy) => ({ policy, effect, freedBytes: 5 }),
  fetch: async () => {}
}

export const memoryLists: ListsPart = {
  write: async feedUrlOf => feedUrlOf('b'.repeat(52)).replace(/pass=.*$/, 'pass'),
  take: async text => ({ subscribed: [], already: text.length, others: [] })
}

export const memoryExporting: ExportingPart = {
  issue: async (_key, format, path) => ({ path, files: [format], sizeBytes: 1 }),
  newsletter: async (_address, _format, path) => ({ path, issues: 1, leftOut: 2, sizeBytes: 3 }),
  issueFile: async (_key, format) => ({ name: 'É "one".html', type: 'text/html', bytes: one(format) }),
  newsletterFile: async (_address, format) => ({ name: 'all.zip', type: 'application/zip', bytes: one(format) })
}

const highlight: Highlight = {
  id: '01h', ref: REF, newsletter: OTHER, title: 'One', newsletterTitle: 'The Long Road', quote: 'words', before: '', start: 0, note: '', at: '2026-01-05T00:00:00.000Z'
}

class MemoryHighlighting extends EventEmitter<{ highlightsChanged: [issue: { newsletter: string, id: string }] }> implements HighlightingPart {
  async all (of: { newsletter: string, id?: string } | null): Promise<Highlight[]> { return of === null ? [highlight, highlight] : [highlight] }
  async add (_key: unknown, made: NewHighlight): Promise<Highlight> { return { ...highlight, ...made } }
  async note (id: string, note: string): Promise<Highlight> { return { ...highlight, id, note } }
  async remove (): Promise<void> {}
}

class MemoryNotifier extends EventEmitter<{ notified: [notification: Notification] }> implements NotifierPart {
  settings = { how: 'off' as const, program: null, digest: '08:00' }
  async test (): Promise<Notification> { return { kind: 'test', total: 0, newsletters: 0, issues: [] } }
}

export const memoryNotifier = new MemoryNotifier()

export const memoryHighlighting = new MemoryHighlighting()

async function * one (text: string): AsyncGenerator<Uint8Array> { yield Buffer.from(text) }

export const memoryPreparing: PreparingPart = {
  prepare: async newsletters => ({ ...preparation, issues: { unread: newsletters?.length ?? 9, ready: 1 } }),
  view: async () => preparation
}
