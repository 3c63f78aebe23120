import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

export type Status = Static<typeof Status>
export const Status = Type.Object({
  version: Type.String(),
  home: Type.String(),
  pid: Type.Integer(),
  /** ISO 8601. */
  startedAt: Type.String(),
  network: Type.Object({
    /** `off`: this process does not use the network. `alone`: nobody is connected. */
    state: Type.Union([Type.Literal('off'), Type.Literal('alone'), Type.Literal('connected')]),
    peers: Type.Integer(),
    /** One plain sentence. */
    sentence: Type.String()
  }, strict),
  newsletters: Type.Object({
    own: Type.Integer(),
    subscribed: Type.Integer(),
    /** Of the own ones: their keys are locked, and nothing is published in them until somebody unlocks them. */
    locked: Type.Integer(),
    /** Subscriptions whose writers have not confirmed for long that what is here is all. */
    stale: Type.Integer()
  }, strict),
  issues: Type.Object({ total: Type.Integer(), ready: Type.Integer(), unread: Type.Integer(), notVerified: Type.Integer() }, strict),
  /** What somebody has to know of, or do something about, that belongs to no issue. */
  problems: Type.Array(Problem),
  /** The file of the machine key, which was here and is not: until it is back, nothing is published from here. Null: it is not missing. */
  missingMachineKey: Type.Union([Type.String(), Type.Null()]),
  /** How often the node was started again by itself because it had failed, since somebody started it. */
  restarts: Type.Integer(),
  /** Connections that were ended since the node was started, also by itself, because the other side broke a rule or said more than an honest one would. */
  refused: Type.Integer(),
  memoryBytes: Type.Integer()
}, strict)

export const node = {
  getStatus: endpoint({ method: 'GET', path: '/api/status', summary: 'What this node is and does', response: Status }),
  openSession: endpoint({
    method: 'POST', path: '/api/sessions', summary: 'Exchange the one-time code of the printed address for a session token',
    body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 200 }) }, strict),
    response: Type.Object({ token: Type.String() }, strict), open: true
  }),
  createCode: endpoint({
    method: 'POST', path: '/api/codes', summary: 'A fresh address to open the console with, good for one use',
    response: Type.Object({ url: Type.String() }, strict)
  }),
  reindex: endpoint({
    method: 'POST', path: '/api/library/index', summary: 'Build the library\'s index anew from the drives',
    response: Type.Object({ newsletters: Type.Integer(), issues: Type.Integer(), elapsedMs: Type.Integer() }, strict)
  }),
  getHealth: endpoint({
    method: 'GET', path: '/healthz', summary: 'Answers while the process lives',
    response: Type.Object({ ok: Type.Literal(true) }, strict), open: true
  }),
  getReadiness: endpoint({
    method: 'GET', path: '/readyz', summary: 'Answers 200 when the node has opened everything',
    response: Type.Object({ ready: Type.Boolean() }, strict), open: true
  })
}
