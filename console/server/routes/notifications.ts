import type { FastifyInstance } from 'fastify'
import { notifications as api } from '../../../shared/api/notifications.ts'
import { implement } from '../register.ts'
import type { NotifierPart } from '../subscribing-parts.ts'

export function notifications (app: FastifyInstance, { notifier }: { notifier: NotifierPart }): void {
  implement(app, api.getNotifications, async () => notifier.settings)

  implement(app, api.testNotification, async () => await notifier.test())
}
