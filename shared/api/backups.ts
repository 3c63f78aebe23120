import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { MachinePath } from './machine-path.ts'
import { Passphrase } from './newsletters.ts'

const strict = { additionalProperties: false }
const Counts = Type.Object({
  newsletters: Type.Integer(),
  drafts: Type.Integer(),
  /** Issues that were read, saved, or in which a place was kept. */
  marks: Type.Integer()
}, strict)

export type BackupMade = Static<typeof BackupMade>
export const BackupMade = Type.Object({
  path: Type.String(),
  sizeBytes: Type.Integer(),
  counts: Counts,
  /** Titles of newsletters whose writer is in it. */
  writers: Type.Array(Type.String()),
  /** Titles of newsletters whose words were not confirmed, lie on this machine, and are not in it. */
  wordsLeftOut: Type.Array(Type.String())
}, strict)

export type BackupOpened = Static<typeof BackupOpened>
export const BackupOpened = Type.Object({
  /** When and on which device it was made; ISO 8601. */
  at: Type.String(),
  device: Type.String(),
  /** What came: drafts and newsletters that were here already do not count. */
  taken: Counts,
  /** Drafts that are here already, or were published. */
  draftsThere: Type.Integer(),
  /** `config.json` was taken over, because there was none. */
  settings: Type.Boolean(),
  /** Those that were, with what they say: whose backup it is, decides by them whom this machine meets. */
  settingsTaken: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, strict)),
  /** Newsletters that were written there. This device reads them until it is made a new writer. */
  written: Type.Array(Type.Object({
    newsletter: Type.String(),
    link: Type.String(),
    title: Type.String(),
    /** Its recovery words, never confirmed, lie on this machine again. */
    words: Type.Boolean(),
    /** The keys of its writer were in it. They are held, and used for nothing until somebody says so. */
    writer: Type.Boolean()
  }, strict)),
  /** Titles of newsletters that were kept there for others: that promise was the other machine's. */
  keptThere: Type.Array(Type.String())
}, strict)

export const backups = {
  makeBackup: endpoint({
    method: 'POST', path: '/api/backups', summary: 'Write everything that is not on the network into one sealed file on the node\'s machine',
    body: Type.Object({
      /** Without: a file of today in the folder `backups` of the home. */
      path: Type.Optional(MachinePath),
      passphrase: Passphrase,
      /** With the keys of writers, and recovery words that were not confirmed. */
      withWriter: Type.Optional(Type.Boolean())
    }, strict),
    response: BackupMade
  }),
  openBackup: endpoint({
    method: 'POST', path: '/api/backups/opened', summary: 'Check a backup on the node\'s machine, and take over what is not here',
    body: Type.Object({ path: MachinePath, passphrase: Type.String({ minLength: 1, maxLength: 1000 }) }, strict), response: BackupOpened
  })
}
