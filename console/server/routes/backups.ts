import type { FastifyInstance } from 'fastify'
import { backups as api } from '../../../shared/api/backups.ts'
import { implement } from '../register.ts'
import type { BackupsPart } from '../restoring-parts.ts'

export function backups (app: FastifyInstance, { backups }: { backups: BackupsPart }): void {
  implement(app, api.makeBackup, async ({ body: { path = null, passphrase, withWriter = false } }) => await backups.make(path, passphrase, withWriter))

  implement(app, api.openBackup, async ({ body: { path, passphrase } }) => await backups.openFile(path, passphrase))
}
