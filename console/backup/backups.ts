import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { BackupMade, BackupOpened } from '../../shared/api/backups.ts'
import { pathsOf, resolveConfig, type Settings } from '../../shared/config.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { formatAddress } from '../../shared/format/address.ts'
import { BACKUP_MAGIC, sealBackup } from '../../shared/format/backup.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import { checkReplaceable } from '../../shared/replaceable-file.ts'
import { Resource } from '../../shared/resource.ts'
import type { MarkRows } from '../../subscriber/library/library-issue.ts'
import { type BackupSource, contentsOf, entriesOf } from './backup-entries.ts'
import { stageBackup, type StagedBackup } from './staged-backup.ts'

/** Every machine has these. */
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

export interface BackupsParts extends BackupSource {
  meeting: Meeting
}

/** What a home has that is not on the network, in one sealed file. A backup never makes a writer: what wrote there is only read here. */
export class Backups extends Resource {
  #parts: BackupsParts
  /** One after the other: each clears away what was unpacked. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor (parts: BackupsParts) {
    super()
    this.#parts = parts
  }

  /** A process that was killed has left drafts unpacked. */
  protected override async _open (): Promise<void> {
    await rm(this.#staging, { recursive: true, force: true })
  }

  protected override async _close (): Promise<void> {
    await this.#turn
  }

  get #staging (): string { return join(this.#parts.home, 'opening') }

  /**
   * @param file null: one of today in the home
   * @throws AppError BAD_SOURCE when no file can be made there, CONFLICT when it would replace something else than a backup, LOCKED
   */
  async make (file: string | null, passphrase: string, withWriter: boolean): Promise<BackupMade> {
    const { custody } = this.#parts
    const path = file ?? await this.#pathInHome()
    const contents = await contentsOf(this.#parts, withWriter)
    const { manifest: { followed, drafts }, marks, keys } = contents
    await checkReplaceable(path, BACKUP_MAGIC, 'a backup')
    const sizeBytes = await writeFileOf(sealBackup(entriesOf(contents, this.#parts), passphrase, custody.passphraseCost), path)
    const titleOf = (address: string): string => followed.find(newsletter => newsletter.address === address)?.title ?? address
    return {
      path: resolve(path),
      sizeBytes,
      counts: { newsletters: followed.length, drafts, marks: countOf(marks) },
      writers: [...keys].flatMap(([address, { writer }]) => writer === null ? [] : [titleOf(address)]),
      wordsLeftOut: withWriter ? [] : followed.filter(({ address }) => custody.unconfirmed(address)).map(({ title }) => title)
    }
  }

  /** @throws AppError BAD_PASSPHRASE, BAD_BACKUP, BAD_SOURCE, DISK_FULL; nothing was taken over then */
  async openFile (path: string, passphrase: string): Promise<BackupOpened> {
    const turn = this.#turn.then(() => this.#openFile(path, passphrase))
    this.#turn = turn.catch(() => {}) // told to whom it was for
    return await turn
  }

  async #openFile (path: string, passphrase: string): Promise<BackupOpened> {
    await mkdir(this.#staging, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(this.#staging, 'backup-'))
    try {
      return await this.#take(await stageBackup(path, passphrase, folder))
    } finally {
      await rm(this.#staging, { recursive: true, force: true })
    }
  }

  async #pathInHome (): Promise<string> {
    const folder = join(this.#parts.home, 'backups')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return join(folder, `colporteur-${new Date().toISOString().slice(0, 10)}.backup`)
  }

  /** Each step can be done again: killed in between, the backup is opened once more. */
  async #take ({ manifest, marks, roots, keys, drafts }: StagedBackup): Promise<BackupOpened> {
    const { home, meeting, library, subscriber } = this.#parts
    // Settings that can't be read would keep the node from starting.
    if (manifest.config !== null) resolveConfig(home, {}, {}, settingsFor(manifest.config))
    for (const chain of roots) await meeting.offer(chain)
    const known = new Set((await subscriber.newsletters()).map(({ address }) => address))
    const news = manifest.followed.filter(({ address, role }) => role !== 'keeping' && !known.has(address))
    for (const newsletter of news) await this.#follow(newsletter)
    await library.addMarks(marks)
    let draftsTaken = 0
    for (const { draft, folder } of drafts) if (await this.#parts.drafts.backing.adopt(folder, draft)) draftsTaken++
    const written = []
    for (const { address, title } of manifest.followed.filter(({ role }) => role === 'own')) {
      written.push({ newsletter: address, link: formatAddress(address), title, ...await this.#hold(address, keys) })
    }
    const settings = await this.#takeSettings(manifest.config)
    return {
      at: manifest.at,
      device: manifest.device,
      taken: { newsletters: news.length, drafts: draftsTaken, marks: countOf(marks) },
      draftsThere: drafts.length - draftsTaken,
      settings: settings !== null,
      settingsTaken: settings === null ? [] : Object.entries(settings).map(([name, value]) => ({ name, value: String(value) })),
      written,
      keptThere: manifest.followed.filter(({ role }) => role === 'keeping').map(({ title }) => title)
    }
  }

  async #follow ({ address, role, subscribed = false, paused, policy, folder, petName, receipts, announce }: StagedBackup['manifest']['followed'][number]): Promise<void> {
    const isOver = role === 'unsubscribed'
    const readsOn = role === 'own' ? subscribed : undefined
    await this.#parts.subscriber.carryOver(address, isOver ? role : 'subscribed', { receipts, announce, policy, folder, petName, readsOn, ...(!isOver && { paused }) })
  }

  /** Words go back into custody; a writer's keys are put aside, because the machine that they came from may still use them. */
  async #hold (address: string, secrets: StagedBackup['keys']): Promise<{ words: boolean, writer: boolean }> {
    const { keys, custody, highWater, roots } = this.#parts
    const held = secrets.get(address)
    if (!held || !await roots.get(address)) return { words: false, writer: false }
    const words = held.root !== null && await custody.takeBack(address, held.root)
    if (held.writer === null || await keys.publicWriter(address)) return { words, writer: false }
    await keys.holdWriter(address, held.writer)
    if (held.mark) await highWater.remember(held.mark.drive, held.mark.head)
    return { words, writer: true }
  }

  async #takeSettings (config: string | null): Promise<Settings | null> {
    const path = pathsOf(this.#parts.home).config
    if (config === null || await readIfThere(path)) return null
    const settings = settingsFor(config)
    await writeDurably(path, settings)
    return JSON.parse(settings) as Settings
  }
}

/** A file from elsewhere must not decide what is run on this machine, nor who reaches it; and what was a place of the old one is none here. */
function settingsFor (config: string): string {
  const settings = Object.entries(JSON.parse(config) as Settings)
  const forHere = settings.filter(([name, value]) => {
    if (name === 'notify') return value === 'off' || value === 'desktop'
    if (name === 'machineKey') return false
    return (name !== 'host' && name !== 'bind') || LOOPBACK.includes(String(value))
  })
  return forHere.length === settings.length ? config : JSON.stringify(Object.fromEntries(forHere), null, 2) + '\n'
}

function countOf ({ read, saved, fetched, places, highlights }: MarkRows): number {
  return read.length + saved.length + fetched.length + places.length + highlights.length
}

/** The old file stays until the new one is whole. */
async function writeFileOf (parts: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      for await (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    return (await stat(path)).size
  } catch (error) {
    await rm(draft, { force: true })
    if (error instanceof AppError) throw error
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new AppError(code === 'ENOSPC' ? 'DISK_FULL' : 'BAD_SOURCE', `${path} can not be written (${code}).`, { cause: error })
  }
}
