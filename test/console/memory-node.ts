import { EventEmitter } from 'node:events'
import type { NodePart } from '../../console/server/parts.ts'
import type { Peers, Storage } from '../../shared/api/machine.ts'
import type { Status } from '../../shared/api/node.ts'

/** A node that is on no network. */
export class MemoryNode extends EventEmitter<{ statusChanged: [] }> implements NodePart {
  readingPort: number | null = null
  peers (): Peers { return { peers: [], downBytes: 1, upBytes: 2 } }
  async storage (): Promise<Storage> {
    return { newsletters: [], home: { totalBytes: 4, storeBytes: 1, libraryBytes: 1, draftsBytes: 1 }, disk: { freeBytes: 5, totalBytes: 9 } }
  }

  isReady = true
  count = 0

  async status (): Promise<Status> {
    return {
      version: '0.0.0', home: '/home', pid: 1, startedAt: '2026-01-01T00:00:00.000Z',
      network: { state: 'alone', peers: this.count, sentence: 'Nobody.' },
      newsletters: { own: 1, subscribed: 1, locked: 0, stale: 0 },
      issues: { total: 1, ready: 1, unread: 1, notVerified: 0 }, problems: [], missingMachineKey: null, restarts: 0, refused: 0, memoryBytes: 1
    }
  }
}
