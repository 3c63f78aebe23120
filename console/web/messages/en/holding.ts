import type { Formats } from '../formats.ts'

export const holding = ({ count, bytes, number, moment }: Formats) => ({
  // What of a subscription is held here
  title: 'What is held here',
  change: 'What is held here …',
  usual: 'Every issue, whole',
  lastOf: (n: number) => count(n, { one: 'the newest issue', other: 'the newest # issues' }),
  textFirst: 'texts first',
  textOnly: 'text only',
  withoutAttachments: 'attachments on request',
  atMost: (size: number) => `at most ${bytes(size)}`,
  which: 'Issues',
  every: 'Every issue',
  onlyLast: 'Only the newest',
  lastCount: 'How many of the newest issues',
  what: 'Of each issue',
  whole: 'Everything',
  wholeHint: 'The newest issue first, and of each its text before its pictures.',
  textFirstHint: 'The texts of all issues, then the pictures.',
  textOnlyHint: 'Pictures and attachments come when you ask for them.',
  textFirstLabel: 'Texts first',
  textOnlyLabel: 'Text only',
  attachments: 'Attachments only on request',
  attachmentsHint: 'Files that are no pictures: recordings, films, documents.',
  keepSaved: 'Keep saved issues for ever, and whole',
  cap: 'Take at most so much of the disk',
  capSize: 'Megabytes',
  effect: 'What that does',
  frees: (size: number) => `${bytes(size)} of the disk become free.`,
  fetches: (size: number) => `${bytes(size)} are fetched.`,
  nothing: 'Nothing leaves the disk, and nothing has to be fetched.',
  holds: (whole: number, partial: number, leftOut: number, size: number) => [
    `${count(whole, { one: '# issue is', other: '# issues are' })} here whole`,
    ...partial > 0 ? [`${number(partial)} in part`] : [],
    ...leftOut > 0 ? [`${number(leftOut)} left out`] : []
  ].join(', ') + `: ${bytes(size)} in all.`,
  listed: 'What is left out stays in the lists, and can be fetched there.',
  apply: 'Do it',
  applying: 'Giving back the space …',
  applied: 'Changed.',
  freed: (size: number) => `Changed. ${bytes(size)} of the disk are free again.`,

  // One issue
  getIt: 'Get it',
  getRest: 'Get the rest',
  getSize: (size: number) => `${bytes(size)} to fetch`,
  letGo: 'Leave it to the policy again',
  partialNote: 'Only its text is on this machine.',
  picturesNote: 'Its text and pictures are on this machine, its attachments are not.',
  partsHere: (have: number, all: number, missing: number) => `${number(have)} of ${count(all, { one: '# part', other: '# parts' })}, ${bytes(missing)} not here`,
  restComing: 'The rest is on its way.',

  // Progress of a subscription that leaves something out
  everythingWanted: (ready: number, partial: number, leftOut: number, size: number) => [
    `What you keep is here: ${count(ready, { one: '# issue', other: '# issues' })}`,
    ...partial > 0 ? [`${number(partial)} in part`] : [],
    ...leftOut > 0 ? [`${number(leftOut)} left out`] : []
  ].join(', ') + `; ${bytes(size)}`,

  // Folders and lists
  folder: 'Folder',
  noFolder: 'In none',
  inFolder: (name: string) => `It is in the folder “${name}”.`,
  outOfFolder: 'It is in no folder.',
  lists: 'Lists for other programs',
  listsWhy: 'A list in the format OPML is read by every feed reader. Yours has the feed of each newsletter on this machine, and its address, by which another Colporteur subscribes.',
  saveList: 'Save my list',
  takeList: 'Take over a list …',
  listTaken: (subscribed: number, already: number) => `Subscribed to ${count(subscribed, { one: '# newsletter', other: '# newsletters' })}; ${number(already)} were here already.`,
  listOthers: (n: number): string => n === 1 ? 'Left out, because it is no newsletter of Colporteur:' : 'Left out, because they are no newsletters of Colporteur:',

  // Files for other programs
  saveAs: 'Save as',
  saveAllAs: (issues: number) => count(issues, { one: 'Save the issue that is here as', other: 'Save the # issues that are here as' }),
  formats: { html: 'Page', epub: 'Book', markdown: 'Markdown' },

  // Highlights
  highlight: 'Highlight',
  highlights: 'Highlights',
  note: 'Your note',
  noteOn: (quote: string) => `Note on “${quote}”`,
  noted: 'The note is kept.',
  toHighlight: 'Show in the text',
  removeHighlight: 'Remove',
  highlightLost: 'These words are no longer in the text.',
  noHighlights: 'Nothing is highlighted',
  highlightHint: 'Select words of an issue and press h, or “Highlight”. Nobody else is told of it.',
  saveMarkdown: 'Save as Markdown',
  saveJson: 'Save as JSON',
  readAloud: 'Read aloud',
  stopReading: 'Stop reading',

  // Telling of new issues
  notifications: 'New issues',
  notifies: 'Let this browser tell me of new issues',
  notifiesHint: 'While the console is open in a tab, and you look at something else.',
  notifiesDenied: 'The browser does not allow it. Its settings for this page change that.',
  notifiesBy: { off: 'While no console is open, nobody tells of them. “notify” in config.json, or “colporteur start --notify”, names a program that does.', desktop: 'The node tells of them by the notifications of the desktop.', program: 'The node tells of them by a program:' },
  digestAt: (time: string) => `Once a day, at ${time}.`,
  tryNotification: 'Try it',
  tried: 'Told.',
  arrived: (n: number) => count(n, { one: '# new issue', other: '# new issues' }),
  notificationTest: 'This is how new issues are told.',

  // Before a journey
  travel: 'Prepare for travel',
  travelWhy: 'Gets everything that is unread now, before all else, so that you can read it without a network.',
  travelStart: 'Get everything unread',
  travelAgain: 'Look again',
  travelDone: (n: number) => n === 0 ? 'Nothing is unread. You are ready to go.' : `${count(n, { one: '# unread issue is', other: '# unread issues are' })} ready offline. You can go.`,
  travelDoneBut: (ready: number, unread: number) => `${number(ready)} of ${count(unread, { one: '# unread issue is', other: '# unread issues are' })} ready offline. No more can be had as things are.`,
  travelRunning: (ready: number, unread: number, size: number) => `${number(ready)} of ${count(unread, { one: '# unread issue', other: '# unread issues' })} ready, ${bytes(size)} to go`,
  travelAsking: 'Asking whether there is more …',
  travelSince: (time: string) => `Since ${moment(time)}`,
  travelStuck: 'Nobody who has the rest is connected. Leave the node running for as long as you have a network: it looks again every minute.',
  travelMissing: 'Not ready',
  travelUnheard: 'Nobody has told whether there is more of these:',
  travelWhole: 'Get what your policies leave out, too',
  reasons: {
    asked: 'on its way, or nobody who is connected has given it yet',
    alone: 'nobody who has its newsletter is connected',
    paused: 'its subscription is paused',
    policy: 'left out by the policy of its subscription',
    notVerified: 'not verified'
  }
})
