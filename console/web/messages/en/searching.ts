import type { Formats } from '../formats.ts'

export const searching = ({ count, number }: Formats) => ({
  label: 'Look for issues by their words',
  placeholder: 'Words, names, tags',
  operators: [
    ['"salt road"', 'words beside each other'],
    ['cara*', 'beginnings'],
    ['from:Ines', 'author or newsletter'],
    ['tag:trade', 'a tag'],
    ['after:2025 before:2026-03', 'when it appeared'],
    ['is:unread is:saved', 'what you did with it']
  ] as [string, string][],
  found: (n: number) => count(n, { one: '# issue', other: '# issues' }),
  foundMore: (n: number) => `More than ${number(n)} issues`,
  more: 'Show more',
  moreHint: 'There is more than is shown here. Another word, or a date, finds what is older.',
  nothing: 'Nothing was found',
  nothingHint: 'Every word has to be in the issue. Fewer words find more, and so does the beginning of one with an asterisk.',
  indexing: (done: number, all: number) => `Indexing, ${number(done)} of ${number(all)}. What is not in the index yet is not found; this page looks again by itself.`,
  updating: 'The index is being brought up to date. This page looks again by itself.',
  inTexts: (text: string) => `Look for “${text}” in all texts`,
  keySearch: 'Search'
})
