/** By what a reader tells which newsletter it is. */
export const trust = () => ({
  checkWords: 'Check words',
  compareHint: 'Compare these words with those that its author tells on a website, on the phone or in person. A newsletter that is only called the same has others.',
  tellHint: 'Tell your readers these words where they know that it is you: on your website, on the phone, in person. A newsletter that is only called like yours has others. They are no secret; your 24 recovery words are.'
})
