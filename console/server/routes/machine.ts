import type { FastifyInstance } from 'fastify'
import { machine as api } from '../../../shared/api/machine.ts'
import type { NodePart } from '../parts.ts'
import { implement } from '../register.ts'

export function machine (app: FastifyInstance, { node }: { node: NodePart }): void {
  implement(app, api.listPeers, async () => node.peers())

  implement(app, api.getStorage, async () => await node.storage())
}
