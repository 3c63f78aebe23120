import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import t from 'tap'
import z32 from 'z32'
import { identityOf } from '../../shared/network/bundles/core-identity.ts'
import { KeptHistories } from '../../shared/network/histories/kept-histories.ts'
import { checkHistory, historyOf } from '../../shared/network/histories/signed-history.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'

t.test('a history that was taken back and written again takes the place of none that was signed before', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-kept-'))
  const store = new Corestore(join(folder, 'store'))
  t.teardown(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  const { address, writer: { drive: keys } } = newNewsletter('laptop')
  const drive = z32.decode(DriveWriter.keyOf(keys.publicKey))
  const core: Hypercore = store.get({ manifest: identityOf({ drive, signer: keys.publicKey, kind: 'index' }).manifest, keyPair: keys })
  await core.ready()
  await core.append([Buffer.from('one'), Buffer.from('two')])
  const first = (await historyOf(address, core))!
  await core.truncate(1, { keyPair: keys })
  await core.append(Buffer.from('two'))
  const second = (await historyOf(address, core))!
  const [head, again] = [checkHistory(first), checkHistory(second)]
  t.equal(head.treeHash, again.treeHash)
  t.same([head.fork, again.fork], [0, 1])

  const kept = new KeptHistories(join(folder, 'histories'))
  t.ok(await kept.keep(address, 'drive', first, head))
  t.ok(await kept.keep(address, 'drive', second, again))
  t.same((await kept.of(address, 'drive')).map(({ head }) => head), [head, again])

  const inFolder = join(folder, 'histories', address)
  const [name] = (await readdir(inFolder)).filter(one => one.startsWith('drive.0.'))
  await rename(join(inFolder, name!), join(inFolder, `drive.${head.treeHash}.history`))
  t.same((await kept.of(address, 'drive')).map(({ head }) => head), [head, again], 'a name that an earlier version gave is read, too')
  await kept.drop(address, 'drive', head)
  t.same((await kept.of(address, 'drive')).map(({ head }) => head), [again])
})
