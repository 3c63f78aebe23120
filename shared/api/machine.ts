import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { NewsletterRole } from './newsletters.ts'

const strict = { additionalProperties: false }

/** A node that is connected to this one. */
export type ConnectedPeer = Static<typeof ConnectedPeer>
export const ConnectedPeer = Type.Object({
  /** By which it is known on the network: 64 hex digits. */
  key: Type.String(),
  /** IP address; null when it is not known. */
  host: Type.Union([Type.String(), Type.Null()]),
  /** This node called it; false: it called this node. */
  outgoing: Type.Boolean(),
  /** ISO 8601. */
  since: Type.String(),
  /** Addresses of the newsletters that both know. */
  newsletters: Type.Array(Type.String()),
  /** On the wire since then: what came from it, and what went to it. */
  downBytes: Type.Integer(),
  upBytes: Type.Integer()
}, strict)

export type Peers = Static<typeof Peers>
export const Peers = Type.Object({
  peers: Type.Array(ConnectedPeer),
  /** From and to all peers since the node started, those that have gone included. */
  downBytes: Type.Integer(),
  upBytes: Type.Integer()
}, strict)

export type Storage = Static<typeof Storage>
export const Storage = Type.Object({
  /** Those that take the most room first. */
  newsletters: Type.Array(Type.Object({
    newsletter: Type.String(),
    title: Type.String(),
    role: NewsletterRole,
    issues: Type.Object({ total: Type.Integer(), ready: Type.Integer() }, strict),
    /** Bytes of text, pictures and attachments that are here, and that all its known issues have. */
    haveBytes: Type.Integer(),
    knownBytes: Type.Integer()
  }, strict)),
  /** Of the home folder on the disk. The store holds the newsletters, and some room that is not given back yet. */
  home: Type.Object({ totalBytes: Type.Integer(), storeBytes: Type.Integer(), libraryBytes: Type.Integer(), draftsBytes: Type.Integer() }, strict),
  /** Of the disk that the home lies on. */
  disk: Type.Object({ freeBytes: Type.Integer(), totalBytes: Type.Integer() }, strict)
}, strict)

export const machine = {
  listPeers: endpoint({ method: 'GET', path: '/api/peers', summary: 'Who is connected, for which newsletters, and what went to and fro', response: Peers }),
  getStorage: endpoint({ method: 'GET', path: '/api/storage', summary: 'What newsletters and the home take of the disk, and what is free', response: Storage })
}
