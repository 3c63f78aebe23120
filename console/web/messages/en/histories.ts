import type { Formats } from '../formats.ts'

/** Writers who have signed more than one history. */
export const histories = ({ count }: Formats) => ({
  title: 'Two histories',
  kinds: {
    takenBack: 'has taken back what was published, and begun anew.',
    twoFaced: 'has signed two histories: others were shown other issues than you.',
    changedHere: 'came again with other issues than this machine had seen before.',
    sealedOtherwise: 'was retired, and what the newsletter keeps of this writer is another history than the one that is here.'
  },
  waits: 'What is here stays and can be read. What comes of this writer waits until you decide, or the newsletter itself settles it.',
  choices: {
    keep: 'You go on with the history that is here.',
    take: 'You read on with the other history, which is here now. The one from before is kept to be looked into.',
    refuse: 'You take nothing more of this writer. What is here stays.'
  },
  sealed: 'The newsletter has retired this writer since, and says what of it counts.',
  otherwise: 'Nothing that is here of this writer counts. You can read on with the other history as soon as somebody has passed it on.',
  keep: 'Go on with what is here',
  take: 'Read on with the other one',
  lookInto: 'Look into both',
  of: (name: string) => `Two histories of ${name}`,
  notWhole: 'Nobody who has the other history could pass it on yet. It comes when one of them is connected.',
  here: 'Here',
  other: 'The other one',
  noIssue: 'not there',
  noTitle: 'no signed title',
  same: (n: number) => count(n, { one: '# issue is the same in both.', other: '# issues are the same in both.' }),
  export: 'Both can be written into a folder, for anybody to check:',
  refuse: 'Take nothing more'
})
