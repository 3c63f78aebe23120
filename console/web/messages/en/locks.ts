/** Locking the keys by which this machine publishes. */
export const locks = () => ({
  states: {
    plain: 'The keys by which this machine publishes lie in its home folder without a passphrase.',
    locked: 'Locked: this machine keeps and serves it, and publishes nothing.',
    unlocked: 'Unlocked until this node ends. On the disk the keys stay sealed.'
  },
  sealedAway: 'The keys by which this machine publishes are sealed with a machine key that is not here. Nothing is published until it is back.',
  lock: 'Lock the keys …',
  lockAgain: 'Lock again',
  unlock: 'Unlock …',
  takeAway: 'Take the passphrase away …',
  lockTitle: (title: string) => `Lock ${title}`,
  lockWhat: 'The keys by which this machine publishes are sealed with a passphrase, and so are recovery words that were not confirmed. The node goes on keeping and serving, and starts again without asking. To publish, you unlock them.',
  passphrase: 'Passphrase',
  passphraseHint: 'At least 10 characters. Nobody can bring it back: without it, the recovery words alone let somebody publish again.',
  again: 'The passphrase once more',
  differs: 'The two passphrases differ.',
  lockNow: 'Lock',
  unlockTitle: (title: string) => `Unlock ${title}`,
  unlockWhat: 'Until this node ends, or you lock it again. On the disk the keys stay sealed.',
  keyFile: 'Or its key file, where it was locked with one',
  unlockNow: 'Unlock',
  takeAwayTitle: (title: string) => `Take the passphrase of ${title} away`,
  takeAwayWhat: 'The keys lie on this machine without a passphrase from then on: whoever uses it as you can publish as you.',
  takeAwayNow: 'Take it away',
  working: 'This takes a few seconds …',
  done: {
    plain: (title: string) => `The keys of ${title} lie here without a passphrase again.`,
    locked: (title: string) => `${title} is locked. Nothing is published from here until you unlock it.`,
    unlocked: (title: string) => `${title} is unlocked until this node ends.`
  },
  badge: 'is locked. It is kept and served; nothing new goes out from here until you unlock it.',
  waits: 'It waits: the keys were locked when it was to go out. It goes out when you unlock them; ten minutes late or more, you are asked first.',
  waitsShort: 'Waits: the keys are locked',
  missed: (time: string) => `It was to go out on ${time}, but the keys were locked then, and nothing was published. Shall it go out now, or at another time?`
})
