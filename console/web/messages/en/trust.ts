/** By what a reader tells which newsletter it is. */
export const trust = () => ({
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
  looksLikeShort: (title: string) => `Looks like “${title}”`
})
