import t from 'tap'
import type { PictureSource } from '../../shared/pictures/picture-bytes.ts'
import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import { countTurns } from '../support/count-turns.ts'
import { gif, onePixelPng, svg } from '../support/pictures.ts'

const SHOWN = { type: 'image/png', notShown: null }

/** Takes half a second in one piece. */
const laborious = svg('id="a"', `<style>.${Array.from({ length: 1_000 }, (_, i) => `c${i}`).join(' .')}{${'fill:url(#a);'.repeat(200_000)}}</style>`)

function sourceOf (bytes: Uint8Array): PictureSource {
  return { sizeBytes: bytes.length, read: async function * (start, end) { yield bytes.subarray(start, end + 1) } }
}

t.test('pictures are looked at in a thread of its own, and everything else goes on meanwhile', async t => {
  const pictures = new PictureThread()
  const film = gif(10, 10, 4_000)
  t.ok(film.length > 64 * 1024, `${film.length} bytes are read in several pieces`)
  t.same(await pictures.check(sourceOf(film)), { type: 'image/gif', notShown: null })
  const { result, turns } = await countTurns(async () => await Promise.all([laborious, onePixelPng].map(bytes => pictures.check(sourceOf(bytes)))))
  t.match(result, [{ notShown: null }, SHOWN])
  t.ok(turns > 1_000, `${turns} turns`)
})

t.test('one that takes too long is not shown, and the next one is', async t => {
  const hasty = new PictureThread({ limitMs: 100 })
  t.same(await hasty.check(sourceOf(laborious)), { type: null, notShown: 'it takes too long, or too much memory, to find out how large it is', isPassing: false })
  t.same(await hasty.check(sourceOf(onePixelPng)), SHOWN)
})

t.test('where it was the disk that took so long, the next time may be another', async t => {
  const hasty = new PictureThread({ limitMs: 100 })
  const never = async function * (): AsyncGenerator<Uint8Array> { yield await new Promise<never>(() => {}) }
  t.match(await hasty.check({ sizeBytes: 10, read: never }), { type: null, isPassing: true })
})

t.test('a read that fails is no verdict, and the next one is read', async t => {
  const pictures = new PictureThread()
  const failure = new Error('not here')
  await t.rejects(pictures.check({ sizeBytes: 10, read: async function * () { throw failure } }), failure)
  t.same(await pictures.check(sourceOf(onePixelPng)), SHOWN)
})
