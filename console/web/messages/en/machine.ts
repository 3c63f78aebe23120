import type { Formats } from '../formats.ts'

export const machine = ({ count, bytes, number }: Formats) => ({
  // Peers
  peersSummary: (n: number, down: string, up: string) => `${count(n, { one: '# peer is', other: '# peers are' })} connected. Since the node started ${down} came and ${up} went.`,
  peersNone: 'Nobody is connected',
  peersNoneHint: 'You are reading your own copies. The node looks for others by itself, and new issues come as soon as somebody is found.',
  peersOff: 'This node stays off the network',
  peersNobody: 'There is nobody to look for yet: follow a newsletter, or write one.',
  peer: 'Peer',
  peerFor: 'For',
  peerDown: 'Came',
  peerUp: 'Went',
  peerSince: 'Since',
  peerDirection: 'Called by',
  byYou: 'this node',
  byThem: 'the peer',
  thisMachineHost: 'this machine',
  nothingShared: 'no newsletter that you both know',
  peersNote: 'A peer knows your network address, and which of its own newsletters you follow as well. It learns nothing about the others.',

  // Storage
  storageSummary: (home: number, free: number) => `Colporteur takes ${bytes(home)}. ${bytes(free)} are free on this disk.`,
  diskLow: 'The disk is nearly full. Delete what you no longer need, or new issues can not be kept.',
  byNewsletter: 'By newsletter',
  newsletter: 'Newsletter',
  issuesHere: 'Issues',
  issuesOf: (ready: number, total: number) => ready === total ? count(total, { one: '# issue', other: '# issues' }) : `${number(ready)} of ${count(total, { one: '# issue', other: '# issues' })}`,
  takes: 'Takes',
  toCome: (missing: number) => `${bytes(missing)} to come`,
  theRest: 'The home folder',
  store: 'Newsletters, as they lie on the disk',
  library: 'Index and marks',
  drafts: 'Drafts',
  other: 'Keys and settings',
  storeNote: 'The store is larger than its newsletters: signatures and hashes lie there too, and room that is given back when a newsletter is deleted.',
  storageEmpty: 'Nothing is kept here yet'
})
