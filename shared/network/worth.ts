import type { Connection } from 'hyperswarm'
import type { WrappedReplication } from './wrap-replication.ts'

/** What a connection is good for, when there is not room for all. */
export interface Worth {
  /** Whether blocks have come or gone by a connection, or anything that was asked for. */
  isUseful: (connection: Connection) => boolean
  /** How much the peer has given, now or earlier, that was proved; 0: it is a stranger. */
  givenBy: (connection: Connection) => number
}

export function worthOf ({ stalled, proven }: Pick<WrappedReplication, 'stalled' | 'proven'>): Worth {
  return {
    isUseful: connection => stalled.isUseful(connection),
    givenBy: ({ remotePublicKey }) => proven.givenBy(remotePublicKey.toString('hex'))
  }
}
