import type { RootSaying, RootSayingCode } from '../../shared/api/root.ts'

type Values = RootSaying['values']

const count = (n: unknown, one: string): string => `${String(n)} ${one}${n === 1 ? '' : 's'}`
const keysOf = ({ count, keys }: Values): string => `the ${count === 1 ? 'key' : 'keys'} ${keys}`

/** Everything that is said of a root document, in English; the console's catalogues say the same in other languages. */
const TEXTS: Record<RootSayingCode, (values: Values) => string> = {
  letsIn: ({ writer, key, drive, until }) => `Lets a new writer publish: ${writer}, signing with key ${key} on the drive ${drive}, ${until ? `until ${until}` : 'without an end'}.`,
  renames: ({ writer, name }) => `Calls the writer ${writer} from now on "${name}".`,
  limits: ({ writer, until }) => until ? `Lets the writer ${writer} publish until ${until}.` : `Lets the writer ${writer} publish without an end.`,
  retires: ({ writer, reason, block }) => `Retires the writer ${writer} (${reason}): every reader refuses what its drive holds from block ${block} on, whenever it was made. This can never be taken back.`,
  movesSeal: ({ writer, before, block }) => `Moves the seal of the writer ${writer} back from block ${before} of its drive to block ${block}.`,
  givesReason: ({ writer, reason }) => `Says another reason why the writer ${writer} was retired: ${reason}`,
  takesKeys: values => `Takes from the root ${keysOf(values)}: the words that give ${values.count === 1 ? 'it' : 'them'} are worth nothing from then on.`,
  givesKeys: values => `Gives the root ${keysOf(values)}.`,
  oneKey: () => 'One key speaks for the newsletter from then on.',
  severalKeys: ({ threshold, keys }) => `From then on ${threshold} of ${keys} keys have to sign whatever changes the root.`,
  active: () => 'Says that the newsletter is active.',
  resting: () => 'Says that the newsletter rests: readers need not wait for issues.',
  ended: () => 'Ends the newsletter: nobody can publish in it any more.',
  successor: ({ address }) => `Names another newsletter as the one that continues this: ${address}. Readers are led there, unless they were led to another one before.`,
  noSuccessor: () => 'Names no newsletter any more that continues this one.',
  sealRests: ({ writer, block, issues, peers, names, at, after }) => {
    const rest = peers === 0
      ? 'this node\'s own copy alone: nobody is connected who could know of more'
      : `this node's copy and what ${count(peers, 'connected peer')} ${peers === 1 ? 'tells' : 'tell'} (${names})`
    const cut = after === 0 ? '' : ` ${count(after, 'issue')} that it published after that will be withdrawn.`
    return `The seal of ${writer} at block ${block}, behind ${count(issues, 'issue')}, rests on ${rest}, at ${at}.${cut}`
  },
  newWords: () => 'The new words lie on this machine until they are confirmed. Write them down before the change is published: without them nobody can ever change the root again.',
  settles: ({ number, said }) => `Two different root documents carry the number ${number}. This one continues the one that came first here, and settles it: the other one counts no more, wherever it is known. It said: ${said || 'nothing else.'}`,
  writerSaid: ({ writer, at, blocks }) => `The writer ${writer} itself said, signed, at ${at} that it had published ${blocks} blocks.`,
  writerSilent: ({ writer }) => `The writer ${writer} itself has not been heard to say how far it had come.`
}

export function says (code: RootSayingCode, values: Values = {}): RootSaying {
  return { code, values, text: TEXTS[code](values) }
}
