import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { checkPicture, type PictureVerdict } from '../../shared/pictures/check-picture.ts'
import { avif, box, codedAvif, gif, HOSTILE_PICTURES, jpeg, jpegFrame, jpegSegment, multiplyingSvg, onePixelPng, png, pngChunk, svg, webp } from '../support/pictures.ts'
import { random } from '../support/random.ts'

const SAMPLE = fileURLToPath(new URL('../../../sample/the-long-road', import.meta.url))

async function check (bytes: Uint8Array): Promise<PictureVerdict> {
  return await checkPicture({ sizeBytes: bytes.length, read: (start, end) => slices(bytes.subarray(start, end + 1)) })
}

/** In pieces, as a file comes. */
async function * slices (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += 10_000) yield bytes.subarray(i, i + 10_000)
}

t.test('pictures of every kind are shown as what they are', async t => {
  const shown: [name: string, bytes: Buffer, type: string][] = [
    ['a PNG', onePixelPng, 'image/png'],
    ['one as large as can be', png(16_384, 3_906), 'image/png'],
    ['one that moves', png(3_840, 2_160, 60), 'image/png'],
    ['one with much before its data', Buffer.concat([png(10, 10).subarray(0, 33), pngChunk('iCCP', Buffer.alloc(300_000)), png(10, 10).subarray(33)]), 'image/png'],
    ['a JPEG', jpeg(9_504, 6_336), 'image/jpeg'],
    ['one with a large preview', jpeg(10, 10, Array<Buffer>(40).fill(jpegSegment(0xe1, Buffer.alloc(65_000)))), 'image/jpeg'],
    ['one with bytes too many between its parts', jpeg(10, 10, [jpegSegment(0xe0, Buffer.alloc(14)), Buffer.from([0, 0, 0xff, 0x00, 0xff, 0xff])]), 'image/jpeg'],
    ['a GIF', gif(10, 10), 'image/gif'],
    ['one that moves', gif(640, 480, 500), 'image/gif'],
    ['a GIF that is cut off in its last frame', gif(640, 480, 3).subarray(0, -6), 'image/gif'],
    ['a WebP', webp(4_000, 3_000, 'VP8 '), 'image/webp'],
    ['one without loss', webp(16_383, 3_900, 'VP8L'), 'image/webp'],
    ['one with more to it', webp(100, 100, 'VP8X'), 'image/webp'],
    ['one that moves', webp(800, 600, 'VP8X', 100), 'image/webp'],
    ['an AVIF', avif(4_000, 3_000), 'image/avif'],
    ['one that moves', avif(800, 600, 100), 'image/avif'],
    ['one with its data', codedAvif([4_000, 3_000], [4_000, 3_000]), 'image/avif'],
    ['one with more to say of itself', codedAvif([4_000, 3_000], [4_000, 3_000], { isReduced: false }), 'image/avif'],
    ['an SVG', svg('width="100mm" height="5cm"'), 'image/svg+xml'],
    ['one without a size', svg('viewBox="0 0 1000000 1000000"'), 'image/svg+xml'],
    ['one of a drawing program', Buffer.from('\ufeff<!DOCTYPE svg PUBLIC "x" "y" [ <!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/"> ]>\n<svg:svg xmlns:svg="x" width="10"/>'), 'image/svg+xml'],
    ['a chart that repeats its letters', svg('', `<defs><path id="a" d=""/></defs>${'<use xlink:href="#a" fill="url(#a)"/>'.repeat(50_000)}`), 'image/svg+xml']
  ]
  for (const [name, bytes, type] of shown) t.same(await check(bytes), { type, notShown: null }, name)
  for (const name of (await readdir(SAMPLE)).filter(name => name.endsWith('.png'))) t.match(await check(await readFile(join(SAMPLE, name))), { type: 'image/png' }, name)
})

t.test('what would cost who shows it too much, or is none, is not shown, and says why', async t => {
  for (const [name, { bytes, why }] of Object.entries(HOSTILE_PICTURES)) {
    const { type, notShown } = await check(bytes)
    // A busy machine may not get done with looking at one.
    t.ok(type === null && (notShown === why || notShown?.startsWith('it took too long')), name, { notShown, why })
  }
  const refused: [name: string, bytes: Buffer, why: RegExp][] = [
    ['one pixel too wide', png(16_385, 1), /16,385 × 1 pixels/],
    ['one too many in all', png(8_000, 8_001), /8,000 × 8,001 pixels/],
    ['none at all', png(0, 10), /does not say how large/],
    ['large and moving', png(4_096, 2_304, 2), /it moves, and claims to be 4,096 × 2,304/],
    ['a JPEG that says it twice, the truth first', jpeg(1, 1, [jpegFrame(65_000, 65_000)]), /65,000 × 65,000/],
    ['a JPEG that says it after its data alone', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2]), jpegFrame(1, 1)]), /no picture in it/],
    ['a JPEG without an end', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2]), Buffer.alloc(200_000)]), /cut off/],
    ['a JPEG with a part of no length', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), /damaged/],
    ['a GIF with a large screen', gif(60_000, 60_000, 1, [1, 1]), /60,000 × 60,000/],
    ['a GIF without a frame', gif(10, 10, 0), /no picture in it/],
    ['a large WebP around a small one', webp(100_000, 100_000, 'VP8X'), /100,000 × 100,000/],
    ['an AVIF whose film is larger', Buffer.concat([avif(10, 10), avif(30_000, 30_000, 2)]), /30,000 × 30,000/],
    ['an AVIF whose data is larger than its boxes', codedAvif([10, 10], [40_000, 30_000]), /40,000 × 30,000/],
    ['one with more to say of itself', codedAvif([10, 10], [20_000, 30_000], { isReduced: false }), /20,000 × 30,000/],
    ['an AVIF with very many frames', avif(10, 10, 1_000_000), /1,000,000 frames/],
    ['boxes in boxes without an end', nested('meta', 30), /damaged/],
    ['boxes without a length', Buffer.concat([avif(10, 10).subarray(0, 24), Buffer.from([0, 0, 0, 1]), Buffer.from('meta'), Buffer.alloc(8)]), /damaged/],
    ['a picture of another kind', Buffer.concat([box('ftyp', Buffer.from('heic'), Buffer.alloc(4), Buffer.from('mif1heic')), Buffer.alloc(100)]), /no picture of a kind/],
    ['a drawing of a hundred kilometres', svg('width="100000m" height="10000000cm"'), /377,952,756 pixels high/],
    ['a tall one', svg('width="50%" height="1e9"'), /1,000,000,000 pixels high/],
    ['a very long drawing', svg('', ' '.repeat(5_000_000)), /more than 4 MiB/],
    ['a drawing of what draws what draws', multiplyingSvg(8), /more than 200,000 parts/],
    ['the same by patterns', multiplyingSvg(8, id => `<path fill="url(#${id})"/>`), /more than 200,000 parts/],
    ['the same by style', multiplyingSvg(8, id => `<path style="mask: url( '#${id}' )"/>`), /more than 200,000 parts/],
    ['texts in texts', Buffer.from('<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>'), /repeats text/],
    ['tags in texts', Buffer.from('<!DOCTYPE svg [<!ENTITY a "<use href=\'#a\'/>">]><svg>&a;</svg>'), /repeats text/],
    ['a drawing as deep as a well', svg('', '<g>'.repeat(10_000)), /parts/],
    ['a text that speaks of drawings', Buffer.from('Here is one: <svg width="1">'), /no picture of a kind/]
  ]
  for (const [name, bytes, why] of refused) t.match(await check(bytes), { type: null, notShown: why }, name)
})

t.test('a drawing that leads back to itself, or never ends, is soon looked through', async t => {
  t.match(await check(svg('', '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')), { notShown: null }, 'browsers draw no circles')
  for (const text of ['<', '<a ', '<!--', '<![CDATA[', '"', "'", '<a b', '<a b=', '<a b="', '&', ' ', '<g id="', 'x'.repeat(99) + '<']) {
    const bytes = svg('', text.repeat(Math.floor(3_000_000 / text.length)))
    await check(bytes)
    await check(Buffer.from(`<!DOCTYPE svg [${text.repeat(Math.floor(3_000_000 / text.length))}`))
    await check(Buffer.from(`<svg ${text.repeat(Math.floor(3_000_000 / text.length))}`))
    t.pass(JSON.stringify(text.slice(0, 10)))
  }
})

t.test('of a large file its head alone is read, and of one that says nowhere what is in it a bounded part', async t => {
  const readOf = async (head: Buffer, sizeBytes: number, limitMs?: number): Promise<{ verdict: PictureVerdict, readBytes: number }> => {
    let readBytes = 0
    const verdict = await checkPicture({
      sizeBytes,
      read: async function * (start, end) {
        readBytes += end + 1 - start
        const bytes = Buffer.alloc(end + 1 - start)
        if (start < head.length) head.copy(bytes, 0, start)
        yield bytes
      }
    }, limitMs)
    return { verdict, readBytes }
  }
  const GIB = 2 ** 30
  for (const [name, head] of Object.entries({ png: png(10, 10), jpeg: jpeg(10, 10), webp: webp(10, 10, 'VP8 ') })) {
    const { verdict, readBytes } = await readOf(head, GIB)
    t.match([verdict.notShown, readBytes < 200_000], [null, true], `${name}: ${readBytes} bytes`)
  }
  const most = 33 * 1024 * 1024
  const film = gif(10, 10, 1).subarray(0, -1)
  const endless = await readOf(Buffer.concat([film, Buffer.from([0x21, 0xfe]), Buffer.alloc(GIB / 16, 0xff)]), GIB)
  t.match(endless.verdict, { notShown: /more than 32 MiB of it would have to be read/ })
  t.ok(endless.readBytes < most, `${endless.readBytes} bytes`)
  const padded = await readOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2]), GIB)
  t.match([padded.verdict.notShown, padded.readBytes < most], [/more than 32 MiB/, true])
  t.match((await readOf(Buffer.concat([film, Buffer.from([0x21, 0xfe]), Buffer.alloc(100_000, 0xff)]), GIB, -1)).verdict, { notShown: /took too long/, isPassing: true }, 'which says nothing of it for another time')
})

t.test('whatever the bytes are, there is an answer', async t => {
  const draw = random(t)
  const wholes = [png(10, 10, 3), jpeg(10, 10), gif(10, 10, 3), webp(10, 10, 'VP8X', 3), webp(10, 10, 'VP8L'), avif(10, 10, 3), codedAvif([10, 10], [10, 10], { isReduced: false }), svg('width="1"', '<g id="a"><use href="#a"/></g>')]
  let answers = 0
  for (const whole of wholes) {
    for (let i = 0; i <= whole.length; i++) {
      const { type, notShown } = await check(whole.subarray(0, i))
      if ((type === null) !== (notShown === null)) answers++
    }
    for (let i = 0; i < 2_000; i++) {
      const changed = Buffer.from(whole)
      for (let j = 0; j < 3; j++) changed[Math.floor(draw() * changed.length)] = Math.floor(draw() * 256)
      const { type, notShown } = await check(changed)
      if ((type === null) !== (notShown === null)) answers++
    }
  }
  t.equal(answers, wholes.reduce((sum, { length }) => sum + length + 1 + 2_000, 0))
})

t.test('a read that fails is no verdict', async t => {
  await t.rejects(checkPicture({ sizeBytes: 10, read: async function * () { throw new Error('not here') } }), { message: 'not here' })
})

function nested (kind: string, depth: number): Buffer {
  let inner: Buffer = Buffer.alloc(0)
  for (let i = 0; i < depth; i++) inner = box(kind, Buffer.alloc(4), inner)
  return Buffer.concat([box('ftyp', Buffer.from('avif'), Buffer.alloc(4)), inner])
}
