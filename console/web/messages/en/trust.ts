import type { Formats } from '../formats.ts'

/** By what a reader tells which newsletter it is, and how fresh. */
export const trust = ({ count }: Formats) => ({
  checkWords: 'Check words',
  compareHint: 'Compare these words with those that its author tells on a website, on the phone or in person. A newsletter that is only called the same has others.',
  tellHint: 'Tell your readers these words where they know that it is you: on your website, on the phone, in person. A newsletter that is only called like yours has others. They are no secret; your 24 recovery words are.',
  lookAlikeTitle: 'Nearly the same name',
  looksLike: 'Its name looks like that of',
  youFollow: (day: string) => `which you have followed since ${day}.`,
  youWrite: 'which you write.',
  compareBoth: 'Compare the check words before you trust it:',
  thisOne: 'This one',
  otherOne: 'The other one',
  openAnyway: 'Look at this newsletter',
  looksLikeShort: (title: string) => `Looks like “${title}”`,
  confirmed: 'Confirmed to be all',
  notConfirmed: 'Not yet',
  lastConfirmed: (days: number) => days === 0 ? 'It was last confirmed less than a day ago that this is everything.' : count(days, { one: 'It was last confirmed # day ago that this is everything.', other: 'It was last confirmed # days ago that this is everything.' }),
  neverConfirmed: (days: number) => days === 0 ? 'It was never confirmed, since you follow it, that this is everything.' : count(days, { one: 'It was never confirmed, in the # day since you follow it, that this is everything.', other: 'It was never confirmed, in the # days since you follow it, that this is everything.' }),
  staleWhy: 'Its author may simply be offline; or you may be cut off from newer issues.',
  clocksDiffer: 'Its author’s clock goes ahead of this machine’s, or this one is behind: what it confirms does not count before they agree.',
  staleShort: (days: number) => days === 0 ? 'Not confirmed today' : count(days, { one: 'Not confirmed for # day', other: 'Not confirmed for # days' })
})
