import { ExpiryReminders, type ExpiryRemindersParts } from '../publisher/root/expiry-reminders.ts'
import type { NewsletterWriters } from '../publisher/publishing/newsletter-writers.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'

export interface StatusChangesParts extends ExpiryRemindersParts { peer: Peer, subscriber: Subscriber, writers: NewsletterWriters }

/** Tells whenever the status of the node is another; to be opened and closed with the node. */
export function statusChanges ({ peer, subscriber, writers, ...parts }: StatusChangesParts, tell: () => void): ExpiryReminders {
  const reminders = new ExpiryReminders(parts)
  peer.on('connectionsChanged', tell)
  // It tells what is unread.
  subscriber.on('newsletterChanged', tell)
  subscriber.on('newsletterRemoved', tell)
  writers.on('troubleChanged', tell)
  reminders.on('due', address => writers.told(address))
  return reminders
}
