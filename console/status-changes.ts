import { ExpiryReminders, type ExpiryRemindersParts } from '../publisher/root/expiry-reminders.ts'
import type { Drafts } from '../publisher/drafts/drafts.ts'
import type { KeyLocks } from '../publisher/keys/key-locks.ts'
import type { NewsletterWriters } from '../publisher/publishing/newsletter-writers.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'

export interface StatusChangesParts extends ExpiryRemindersParts {
  peer: Peer
  disk: DiskWatch
  subscriber: Subscriber
  drafts: Pick<Drafts, 'on'>
  writers: NewsletterWriters
  locks: KeyLocks
}

/** Tells whenever the status of the node is another; to be opened and closed with the node. */
export function statusChanges ({ peer, disk, subscriber, drafts, writers, locks, ...parts }: StatusChangesParts, tell: () => void): ExpiryReminders {
  const reminders = new ExpiryReminders(parts)
  peer.on('connectionsChanged', tell)
  disk.on('changed', tell)
  // It tells what is unread.
  subscriber.on('newsletterChanged', tell)
  subscriber.on('newsletterRemoved', tell)
  // A problem of one may have come, or be over.
  drafts.on('draftChanged', tell)
  writers.on('troubleChanged', tell)
  locks.on('keysChanged', tell)
  reminders.on('due', address => writers.told(address))
  return reminders
}
