import t from 'tap'
import { checkPicture, type PictureVerdict } from '../../shared/pictures/check-picture.ts'
import { avif, box } from '../support/pictures.ts'

/** @returns how much was read, too */
async function check (...boxes: Buffer[]): Promise<{ verdict: PictureVerdict, readBytes: number }> {
  const bytes = Buffer.concat([avif(9, 9), ...boxes])
  let readBytes = 0
  const verdict = await checkPicture({
    sizeBytes: bytes.length,
    read: async function * (start, end) {
      readBytes += end + 1 - start
      yield bytes.subarray(start, end + 1)
    }
  })
  return { verdict, readBytes }
}

t.test('nothing is read behind the end of the box that it should be in', async t => {
  const many = Buffer.from([0, 0, 0, 0, 0, 0, 10_000 >> 8, 10_000 & 255])
  for (const [name, short] of Object.entries({
    'places of items': box('iloc', many),
    'a place of many pieces': box('iloc', Buffer.from([0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 100]), Buffer.alloc(8)),
    'a place in a film': box('stco', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])),
    'frames of a film': box('stsz', Buffer.alloc(4)),
    'a size': box('ispe', Buffer.alloc(4)),
    'a size of a film': box('tkhd', Buffer.alloc(60)),
    'an item': box('infe', Buffer.from([2, 0, 0, 0]))
  })) t.match((await check(short, Buffer.alloc(200_000))).verdict, { notShown: /cut off|damaged/ }, name)
})

t.test('of places of coded data there are not endlessly many, and each is looked at once', async t => {
  const place = (at: number): Buffer => box('stco', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), uint32(at))
  const item = box('iloc', Buffer.from([0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1]), Buffer.alloc(8))
  t.match((await check(...Array<Buffer>(5_000).fill(place(0)), ...Array<Buffer>(5_001).fill(item))).verdict, { notShown: 'it is damaged' }, 'all together')

  const apart = avif(9, 9).length
  const pairs = await check(box('free', Buffer.alloc(300_000)), ...Array.from({ length: 2_000 }, (_, i) => place(i % 2 === 0 ? apart + 8 : apart + 200_000)))
  t.match(pairs.verdict, { notShown: null })
  t.ok(pairs.readBytes < 1_000_000, `${pairs.readBytes} bytes of two places that are named in turn`)
})

function uint32 (value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
