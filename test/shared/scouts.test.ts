import Corestore from 'corestore'
import t from 'tap'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { Scouts } from '../../shared/network/spreading/scouts.ts'

const MANY = 1_000

t.test('of many small blocks one of a group is asked for first', async t => {
  const folder = t.testdir({ from: {}, to: {} })
  const [store, other] = [new Corestore(`${folder}/from`), new Corestore(`${folder}/to`)]
  t.teardown(() => Promise.all([store.close(), other.close()]))
  const coreOf = async (bytes: number): Promise<(number: number) => Promise<Scouts>> => {
    const keys = createDriveKeys()
    const from = store.get({ manifest: { version: 1, signers: [{ publicKey: keys.publicKey }] }, keyPair: keys })
    await from.append(Array.from({ length: MANY }, () => Buffer.alloc(bytes)))
    const to = other.get({ key: from.key })
    await to.ready()
    const stream = store.replicate(true as never)
    stream.pipe(other.replicate(false as never)).pipe(stream)
    return async missing => {
      await to.get(40)
      return new Scouts(to.core, missing)
    }
  }

  const small = await coreOf(100)
  const scouts = await small(MANY)
  t.ok(scouts.isDue(64) && scouts.isDue(65), 'any may be the first')
  scouts.sent(65)
  t.notOk(scouts.isDue(64), 'which the others of its group wait for')
  t.ok(scouts.isDue(96), 'and no others')
  scouts.sent(33)
  t.ok(scouts.isDue(34), 'where one is here nobody waits')
  const few = await small(10)
  few.sent(65)
  t.ok(few.isDue(64), 'nor where few are missing')
  const large = await (await coreOf(16_000))(MANY)
  large.sent(65)
  t.ok(large.isDue(64), 'nor for large blocks')
})
