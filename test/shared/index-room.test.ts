import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, createDriveKeys } from '../../shared/network/drive-writer.ts'
import { keepTree } from '../../shared/network/keep-tree.ts'
import type { DriveOptions } from '../../shared/network/resting-drive.ts'
import { openStore, openWriter, replicate } from '../support/stores.ts'
import { until } from '../support/until.ts'

const HONEST = 20
const CLAIMED_BLOCKS = 20
const CLAIMED_BYTES = 100_000
const MOST_BYTES = 1_000_000

interface Stage {
  /** Opens the drive as a reader has it, and gives what was said against it. */
  open: (options?: DriveOptions) => Promise<{ reader: DriveReader, refused: string[] }>
  /** What the honest part of the index takes. */
  honestBytes: number
  /** Blocks of the index that are there. */
  honest: number
  /** Returns how to end that. */
  connect: () => () => void
  /** Signs more blocks, of which there is none. */
  claim: () => Promise<void>
}

async function stage (t: Test): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-index-room-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const keys = createDriveKeys()
  const [from, to] = [await openStore(t, join(folder, 'author')), await openStore(t, join(folder, 'reader'))]
  const writer = await openWriter(t, from, keys)
  for (let i = 0; i < HONEST; i++) await writer.append([{ path: `/${i}`, blocks: () => blocksOf(Buffer.from('text')) }])
  const core = from.store.get({ key: z32.decode(writer.key) })
  await core.ready()
  t.teardown(() => core.close())
  const { length: honest, byteLength: honestBytes } = core
  return {
    open: async options => {
      const reader = new DriveReader(to, writer.key, options)
      const refused: string[] = []
      reader.on('refused', ({ code }) => refused.push(code))
      await reader.ready()
      t.teardown(() => reader.close())
      return { reader, refused }
    },
    honestBytes,
    honest,
    connect: () => {
      const [a, b] = [replicate(from.store, false), replicate(to.store, true)]
      a.pipe(b).pipe(a)
      return () => {
        a.destroy()
        b.destroy()
      }
    },
    claim: async () => {
      keepTree(core)
      await core.append(Array.from({ length: CLAIMED_BLOCKS }, () => Buffer.alloc(CLAIMED_BYTES)), { keyPair: keys })
      await core.clear(honest, core.length)
    }
  }
}

t.test('what a writer claims of an index, and nobody has, is no part of what is here', async t => {
  const { open, honest, honestBytes, connect, claim } = await stage(t)
  const { reader, refused } = await open()
  const end = connect()
  await until('all that there is of it is here', () => reader.wholeIndex === honest && reader.indexBytes === honestBytes)
  end() // else some of it comes before there is none
  await claim()
  const endAgain = connect()
  await until('it is told to be longer', () => reader.heads.index === honest + CLAIMED_BLOCKS)
  t.equal(reader.indexBytes, honestBytes)
  t.same(refused, [])
  endAgain()
  await until('nobody is connected', () => reader.mayRest)
  await reader.rest()
  t.equal(reader.indexBytes, honestBytes)
  await reader.close()
  const { reader: again } = await open()
  t.equal(again.indexBytes, honestBytes, 'nor after a start')
  await again.close()
  const { reader: strict, refused: problems } = await open({ mostIndexBytes: () => MOST_BYTES })
  t.same(problems, ['TOO_LARGE'], 'its own fetching ends by what is told')
  await until('it is measured', () => strict.indexBytes === honestBytes)
})

t.test('what stands behind the end of an index is not held against it', async t => {
  const { open, honest, honestBytes, connect, claim } = await stage(t)
  await claim()
  const { reader, refused } = await open({ mostIndexBytes: () => MOST_BYTES, end: honest })
  connect()
  await until('all up to its end is here, and more is told', () => reader.wholeIndex === honest && reader.heads.index > honest)
  await until('it is counted', () => reader.indexBytes === honestBytes)
  await reader.close()
  const { reader: again, refused: problems } = await open({ mostIndexBytes: () => MOST_BYTES, end: honest })
  t.equal(again.indexBytes, honestBytes)
  t.same([...refused, ...problems], [])
})
