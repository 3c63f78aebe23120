import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'

const strict = { additionalProperties: false }

/** What is told of issues that have come. */
export type Notification = Static<typeof Notification>
export const Notification = Type.Object({
  /** `digest`: of a day. `test`: nothing has come. */
  kind: Type.Union([Type.Literal('issues'), Type.Literal('digest'), Type.Literal('test')]),
  total: Type.Integer(),
  /** Of how many newsletters. */
  newsletters: Type.Integer(),
  /** The newest of them. */
  issues: Type.Array(Type.Object({ ref: Type.String(), title: Type.String(), newsletterTitle: Type.String() }, strict))
}, strict)

export type Notifications = Static<typeof Notifications>
export const Notifications = Type.Object({
  /** By which program of this machine, besides the consoles that are open. `desktop`: notify-send. */
  how: Type.Union([Type.Literal('off'), Type.Literal('desktop'), Type.Literal('program')]),
  program: Type.Union([Type.String(), Type.Null()]),
  /** Once a day at this time, as 08:00; null: as they come. */
  digest: Type.Union([Type.String(), Type.Null()])
}, strict)

export const notifications = {
  getNotifications: endpoint({
    method: 'GET', path: '/api/notifications', summary: 'How this node tells of issues that have come', response: Notifications
  }),
  testNotification: endpoint({
    method: 'POST', path: '/api/notifications/test', summary: 'Tell something now, to see whether it works',
    body: Type.Object({}, strict), response: Notification
  })
}
