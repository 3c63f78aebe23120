import type { Formats } from '../formats.ts'

export const reading = ({ count, bytes }: Formats) => ({
  inboxEmpty: 'Nothing here yet.',
  inboxEmptyHint: 'An address looks like colporteur://… and is all you need. The newest issue comes first.',
  allRead: 'Everything is read.',
  unreadOnly: 'Unread only',
  older: 'Show older issues',
  untitled: 'An issue that can not be shown',
  issueNumber: (n: number) => `Issue ${n}`,
  states: {
    waiting: 'Waiting for peers',
    downloading: 'Downloading',
    ready: 'Ready offline',
    removed: 'Removed to save space',
    notVerified: 'Not verified'
  },
  parts: (have: number, all: number, missingBytes: number) => `${have} of ${count(all, { one: '# part', other: '# parts' })}, ${bytes(missingBytes)} to go`,

  addressLabel: 'Address of the newsletter',
  subscribe: 'Subscribe',
  subscribed: 'Subscribed. The newest issue comes first.'
})
