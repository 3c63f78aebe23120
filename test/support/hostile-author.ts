import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Hypercore, { type Manifest } from 'hypercore'
import DHT from 'hyperdht'
import Hyperdrive from 'hyperdrive'
import z32 from 'z32'
import type { Config } from '../../shared/config.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { trustedCommentOf } from '../../shared/format/issue.ts'
import { issuePath, manifestPath, signaturePath } from '../../shared/format/paths.ts'
import { readRootChain, type RootChainFiles } from '../../shared/format/root-chain.ts'
import { type RootDocument, signRootDocument } from '../../shared/format/root-document.ts'
import { sign, type SigningKey } from '../../shared/format/signature.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { blocksOf, DriveWriter, type NewFile } from '../../shared/network/drive-writer.ts'
import type { Greeting } from '../../shared/network/greeting.ts'
import { keepTree } from '../../shared/network/keep-tree.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { newNewsletter, type NewNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { log } from './network.ts'

const utf8 = new TextEncoder()

/** What an issue of a hostile author may have otherwise than the format wants. */
export interface Crime {
  manifest?: Partial<IssueManifest>
  /** Path of the issue's folder; by the manifest's id unless told. */
  id?: string
  body?: string
  /** Instead of the text that the manifest was made from. */
  signer?: SigningKey
  comment?: string
  /** Changes the manifest's bytes after they were signed. */
  tamper?: (manifest: string) => string
  files?: NewFile[]
}

/** A real writer on the real network that keeps to the protocol, and not to the format. */
export interface HostileAuthor {
  newsletter: NewNewsletter
  address: string
  publish (id: string, crime: Crime): Promise<void>
  append (files: NewFile[]): Promise<void>
  /** Blocks of both cores as they are, the content first. After it nothing else can be appended but the like. */
  appendRaw (index: Uint8Array[], blobs?: Uint8Array[]): Promise<void>
  /** Signs so many blocks of the index, each of so many bytes, of which there is none. */
  claimIndex (blocks: number, sizeBytes: number): Promise<void>
  /** Takes back the newest blocks of both cores of the drive, as an owner can. */
  truncate (index: number, blobs: number): Promise<void>
  /** Blocks of both cores. */
  heads (): Promise<{ index: number, blobs: number }>
  /** Serves a core that has this manifest, signed by a new key: of one block that is none of a drive, and these; gives its key in z32. */
  serveCore (manifestOf: (publicKey: Buffer) => Manifest, blocks?: Uint8Array[]): Promise<string>
  /** Puts another root document behind those that are there, and tells everybody. Not checked by anyone here. */
  extendRoot (change: Partial<RootDocument>, signers?: SigningKey[]): Promise<void>
  /** Sends its root chain to everybody, so many times, asked or not. */
  sendRoot (times: number): void
  /** Retires the writer at a length of its index, with the root's own keys. */
  sealAt (length: number): Promise<void>
  /** z-base-32 of the drive's key. */
  readonly drive: string
  /** Connections that others have ended. */
  readonly ended: number
  close (): Promise<void>
}

/** @param newsletter another node's, to write as the same writer from two places */
export async function openHostileAuthor (folder: string, bootstrap: Config['bootstrap'], newsletter = newNewsletter('A bad writer')): Promise<HostileAuthor> {
  const { address, writer, secrets } = newsletter
  const peer = new Peer({ folder: join(folder, 'store'), network: { bootstrap, bind: '127.0.0.1', seed: randomBytes(32) }, log })
  await peer.ready()
  let ended = 0
  peer.on('connection', connection => { connection.once('close', () => { ended++ }) })
  const roots = new RootStore(join(folder, 'roots'))
  const chain = readRootChain(address, newsletter.chain)
  await roots.offer(chain)
  const served = new ForgedRoots(chain.files)
  const meeting = new Meeting({ peer, roots: served.over(roots), log })
  await meeting.ready()
  const greetings = new Set<Greeting>()
  meeting.on('met', greeting => { greetings.add(greeting) })
  let drive = new DriveWriter(peer, writer.drive)
  await drive.ready()
  meeting.join(address, () => [])
  return {
    newsletter,
    address,
    append: files => drive.append(files),
    heads: async () => {
      const { index, blobs } = await drive.head()
      return { index: index.length, blobs: blobs.length }
    },
    appendRaw: async (index, blobs = []) => await withCores(peer, drive.key, async (core, blobsCore) => {
      if (blobs.length > 0) await blobsCore.append(blobs, { keyPair: writer.drive })
      if (index.length > 0) await core.append(index, { keyPair: writer.drive })
    }),
    claimIndex: async (blocks, sizeBytes) => await withCores(peer, drive.key, async core => {
      const { length } = core
      keepTree(core)
      await core.append(Array.from({ length: blocks }, () => Buffer.alloc(sizeBytes)), { keyPair: writer.drive })
      await core.clear(length, length + blocks)
    }),
    truncate: async (index, blobs) => {
      await drive.close()
      await withCores(peer, drive.key, async (core, blobsCore) => {
        await core.truncate(index, { keyPair: writer.drive })
        await blobsCore.truncate(blobs, { keyPair: writer.drive })
      })
      drive = new DriveWriter(peer, writer.drive)
      await drive.ready()
    },
    serveCore: async (manifestOf, blocks = []) => {
      const keyPair = DHT.keyPair()
      const core = peer.store.get({ manifest: manifestOf(keyPair.publicKey), keyPair })
      await core.ready()
      await core.append([Buffer.from('No index of a drive'), ...blocks])
      return z32.encode(core.key)
    },
    publish: async (id, crime) => {
      const body = utf8.encode('# Fine\n\nText.\n')
      const manifest = { ...fineManifest(address, writer.id, id, body), ...crime.manifest }
      const bytes = writeJson(manifest)
      const signature = sign(bytes, crime.signer ?? writer.signing, crime.comment ?? trustedCommentOf(manifest))
      const told = crime.tamper ? utf8.encode(crime.tamper(new TextDecoder().decode(bytes))) : bytes
      const folderId = crime.id ?? manifest.id
      await drive.append([
        { path: manifestPath(folderId), blocks: () => blocksOf(told), metadata: { manifest: new TextDecoder().decode(told), signature } },
        { path: signaturePath(manifestPath(folderId)), blocks: () => blocksOf(utf8.encode(signature)) },
        { path: issuePath(folderId, 'body.md'), blocks: () => blocksOf(crime.body === undefined ? body : utf8.encode(crime.body)) },
        ...crime.files ?? []
      ])
    },
    extendRoot: async (change, signers = secrets.map(({ key }) => key)) => {
      served.extend(address, change, signers)
      await meeting.announce(address)
    },
    sendRoot: times => {
      for (const greeting of greetings) for (let i = 0; i < times; i++) greeting.sendRoot(address, served.files)
    },
    sealAt: async length => {
      const at = new Date().toISOString()
      const store = peer.store.session()
      const core = store.get({ key: z32.decode(drive.key) })
      await core.ready()
      const sealed = { length, treeHash: (await core.treeHash(length)).toString('hex'), at, reason: 'lost' }
      await store.close()
      served.extend(address, { writers: chain.newest.writers.map(one => ({ ...one, sealed })) }, secrets.map(({ key }) => key))
      await meeting.announce(address)
    },
    get drive () { return drive.key },
    get ended () { return ended },
    close: async () => {
      await drive.close()
      await meeting.close()
      await peer.close()
    }
  }
}

async function withCores (peer: Peer, driveKey: string, work: (index: Hypercore, blobs: Hypercore) => Promise<void>): Promise<void> {
  const store = peer.store.session()
  const index = store.get({ key: z32.decode(driveKey) })
  await index.ready()
  const blobs = store.get({ key: Hypercore.key(Hyperdrive.getContentManifest(index.manifest!, index.key)!) })
  await blobs.ready()
  await work(index, blobs)
  await store.close()
}

export function fineManifest (newsletter: string, writer: string, id: string, body: Uint8Array): IssueManifest {
  return {
    colporteur: 1,
    kind: 'issue',
    newsletter,
    writer,
    id,
    number: 1,
    revision: 1,
    change: 'original',
    title: 'Fine',
    authors: [],
    language: 'en',
    publishedAt: '2026-01-01T00:00:00.000Z',
    body: { path: 'body.md', size: body.length, blake2b: blake2b256Hex(body) },
    files: []
  }
}

/** Serves root documents that {@link RootStore} would never take. */
class ForgedRoots {
  #files: RootChainFiles

  constructor (files: RootChainFiles) {
    this.#files = files
  }

  get files (): RootChainFiles { return this.#files }

  extend (address: string, change: Partial<RootDocument>, signers: SigningKey[]): void {
    const { documents } = this.#files
    const last = JSON.parse(new TextDecoder().decode(documents.at(-1)!.bytes)) as RootDocument
    const next = { ...last, number: last.number + 1, previous: blake2b256Hex(documents.at(-1)!.bytes), at: new Date().toISOString(), ...change }
    this.#files = { ...this.#files, documents: [...documents, signRootDocument(next, address, signers)] }
  }

  /** The store with these documents in place of its own. */
  over (roots: RootStore): RootStore {
    const get = roots.get.bind(roots)
    roots.get = async address => {
      const known = await get(address)
      if (!known) return null
      const { documents } = this.#files
      const newest = JSON.parse(new TextDecoder().decode(documents.at(-1)!.bytes)) as RootDocument
      const chain = { ...known.chain, files: this.#files, documents: documents.map(() => newest), newest, newestHash: blake2b256Hex(documents.at(-1)!.bytes) }
      return { ...known, chain }
    }
    return roots
  }
}
