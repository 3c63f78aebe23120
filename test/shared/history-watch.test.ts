import { join } from 'node:path'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import t from 'tap'
import { type OtherHistory, watchHistories } from '../../shared/network/histories/history-watch.ts'
import { watchPeers } from '../../shared/network/watch-peers.ts'
import { replicate } from '../support/stores.ts'
import { until } from '../support/until.ts'

const BLOCKS = ['a', 'b', 'c', 'd'].map(text => Buffer.from(text))

t.test('who is found to have another history is shown that before the core ends between both, also of another fork', async t => {
  const folder = t.testdir()
  const keyPair = DHT.keyPair()
  const open = async (name: string): Promise<{ store: Corestore, found: OtherHistory[] }> => {
    const store = new Corestore(join(folder, name))
    await store.ready()
    t.teardown(() => store.close())
    const found: OtherHistory[] = []
    watchHistories(store, (_, other) => { found.push(other) })
    return { store, found }
  }
  const [here, there] = [await open('here'), await open('there')]
  // This side is late: it has asked for nothing as yet.
  watchPeers(here.store, ({ wireRequest }) => { wireRequest.send = () => true })
  const [mine, theirs] = [here.store.get({ keyPair }), there.store.get({ keyPair })]
  await mine.append(BLOCKS)
  await theirs.append(BLOCKS)
  await theirs.truncate(2, { keyPair })
  const [a, b] = [replicate(here.store, true), replicate(there.store, false)]
  a.pipe(b).pipe(a)
  await until('the other side has found it', () => there.found.length > 0)
  await until('and this one, too', () => here.found.length > 0)
  t.match(here.found, [{ fork: 1, length: 2 }])
})
