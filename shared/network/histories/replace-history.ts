import type Corestore from 'corestore'
import Hypercore, { type InnerCore, type TreeNode } from 'hypercore'
import { AppError } from '../../errors.ts'
import type { SignedHistory } from '../../format/history.ts'
import { identityOf } from '../bundles/core-identity.ts'
import { MerklePath } from '../bundles/merkle-path.ts'
import { rootsOf, treeOf } from './signed-history.ts'

/**
 * Puts a history of a drive into the store in place of the one that is there, with all that its blobs core held. Nobody
 * else may have the drive open. Hypercore knows no such thing: both cores are taken out of the store whole and begun anew.
 *
 * @throws AppError CONFLICT when the drive is open
 */
export async function replaceHistory (store: Corestore, history: SignedHistory): Promise<void> {
  const [index, blobs] = (['index', 'blobs'] as const).map(kind => identityOf({ drive: history.drive, signer: history.signer, kind }))
  // A peer that is connected would fill what is being emptied.
  const keepAlone = (core: InnerCore): void => {
    if (core.key && (core.key.equals(index!.key) || core.key.equals(blobs!.key))) core.replicator.attachTo = () => {}
  }
  store.watch(keepAlone)
  const session = store.session()
  try {
    for (const { key } of [index!, blobs!]) {
      if (!await store.storage.hasCore(Hypercore.discoveryKey(key))) continue
      const core = session.get({ key, allowFork: false, active: false })
      await core.ready()
      const { core: inner } = core
      await endCore(store, core)
      await store.storage.deleteCore(inner.storage.core)
    }
    const core = session.get({ key: index!.key, allowFork: false, active: false })
    await core.ready()
    await fill(core, history)
    await endCore(store, core)
  } finally {
    store.unwatch(keepAlone)
    await session.close()
  }
}

/** Corestore keeps a core for a while that nobody has open any more. */
async function endCore (store: Corestore, core: Hypercore): Promise<void> {
  const { core: inner } = core
  await core.close()
  if (inner.allSessions().length > 0) throw new AppError('CONFLICT', 'The drive is being read. Try again.')
  await inner.close()
  store.cores.map.delete(inner.discoveryKey.toString('hex'))
}

async function fill (core: Hypercore, { signer, drive, signature, blocks }: SignedHistory): Promise<void> {
  const none = { fork: 0, block: null, hash: null, seek: null, upgrade: null, manifest: null }
  const { manifest } = identityOf({ drive, signer, kind: 'index' })
  const roots = rootsOf(blocks)
  const upgrade = { start: 0, length: blocks.length, nodes: roots, additionalNodes: [], signature: Buffer.from(signature) }
  await core.applyProof({ ...none, manifest, upgrade })
  const tree = treeOf(blocks)
  const path = new MerklePath(roots)
  for (const [index, value] of blocks.entries()) {
    const nodes: TreeNode[] = path.missingFor(index).map(number => tree.get(number)!)
    path.take(index, value, nodes)
    await core.applyProof({ ...none, block: { index, value, nodes } })
  }
}
