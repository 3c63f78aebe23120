import { crc32, deflateSync } from 'node:zlib'

/** A PNG of one pixel. */
export const onePixelPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const PNG_START = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** @param frames as a chunk `acTL` says; null: it has none */
export function png (width: number, height: number, frames: number | null = null): Buffer {
  const rows = deflateSync(Buffer.alloc(4_096))
  const control = frames === null ? [] : [pngChunk('acTL', Buffer.concat([u32(frames), u32(0)]))]
  return Buffer.concat([PNG_START, pngChunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([1, 0, 0, 0, 0])])), ...control, pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))])
}

export function pngChunk (type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  return Buffer.concat([u32(data.length), named, u32(crc32(named))])
}

/** @param before segments in front of the one that tells the size */
export function jpeg (width: number, height: number, before: Buffer[] = []): Buffer {
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xff, 0xd9])
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...before, jpegFrame(width, height), scan])
}

export function jpegFrame (width: number, height: number): Buffer {
  return jpegSegment(0xc0, Buffer.concat([Buffer.from([8]), u16(height), u16(width), Buffer.from([1, 1, 0x11, 0])]))
}

export function jpegSegment (marker: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data])
}

/** @param frame size of each frame, where it is another one */
export function gif (width: number, height: number, frames = 1, frame: [width: number, height: number] = [width, height]): Buffer {
  const head = Buffer.concat([Buffer.from('GIF89a'), u16le(width), u16le(height), Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255])])
  const one = Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c]), u16le(0), u16le(0), u16le(frame[0]), u16le(frame[1]), Buffer.from([0, 2, 2, 0x4c, 0x01, 0])
  ])
  return Buffer.concat([head, ...Array<Buffer>(frames).fill(one), Buffer.from([0x3b])])
}

/** @param frames null: none of them moves */
export function webp (width: number, height: number, kind: 'VP8 ' | 'VP8L' | 'VP8X', frames: number | null = null): Buffer {
  const still = (w: number, h: number): Buffer => kind === 'VP8L'
    ? riffChunk('VP8L', Buffer.concat([Buffer.from([0x2f]), u32le((w - 1) | (h - 1) << 14), Buffer.alloc(8)]))
    : riffChunk('VP8 ', Buffer.concat([Buffer.from([0x10, 0, 0, 0x9d, 0x01, 0x2a]), u16le(w), u16le(h), Buffer.alloc(8)]))
  const head = riffChunk('VP8X', Buffer.concat([Buffer.from([frames === null ? 0 : 2, 0, 0, 0]), u24le(width - 1), u24le(height - 1)]))
  const frame = Buffer.concat([Buffer.alloc(6), u24le(width - 1), u24le(height - 1), Buffer.from([10, 0, 0, 0])])
  const parts = frames === null
    ? [...kind === 'VP8X' ? [head] : [], still(Math.min(16_383, width), Math.min(16_383, height))]
    : [head, riffChunk('ANIM', Buffer.alloc(6)), ...Array<Buffer>(frames).fill(riffChunk('ANMF', Buffer.concat([frame, still(1, 1)])))]
  const body = Buffer.concat([Buffer.from('WEBP'), ...parts])
  return Buffer.concat([Buffer.from('RIFF'), u32le(body.length), body])
}

function riffChunk (kind: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(kind), u32le(data.length), data, Buffer.alloc(data.length % 2)])
}

/** @param frames of the film in it; null: there is none */
export function avif (width: number, height: number, frames: number | null = null): Buffer {
  const size = box('ispe', u32(0), u32(width), u32(height))
  const film = box('moov', box('trak',
    box('tkhd', Buffer.alloc(76), u32(width * 0x10000), u32(height * 0x10000)),
    box('mdia', box('minf', box('stbl', box('stsz', u32(0), u32(100), u32(frames ?? 0)))))
  ))
  return Buffer.concat([
    box('ftyp', Buffer.from(frames === null ? 'avif' : 'avis'), u32(0), Buffer.from('mif1avif')),
    box('meta', u32(0), box('iprp', box('ipco', size))), ...frames === null ? [] : [film], box('mdat', Buffer.alloc(32))
  ])
}

/** One whose boxes say one size, and its coded data (AV1) another. */
export function codedAvif (boxes: [width: number, height: number], coded: [width: number, height: number], { isReduced = true } = {}): Buffer {
  // Profile, still picture, reduced header; what stands between; then how many bits the sides take, and the sides.
  const bits = `0001${isReduced ? '1' : '0'}${isReduced ? '00000' : `0${'0'}${'00000'}${'0'.repeat(12)}${'01000'}${'0'}`}11111111${coded.map(side => (side - 1).toString(2).padStart(16, '0')).join('')}`
  const header = Buffer.from(bits.padEnd(8 * Math.ceil(bits.length / 8), '0').match(/.{8}/g)!.map(byte => parseInt(byte, 2)))
  const data = Buffer.concat([Buffer.from([0x12, 0, 0x0a, header.length]), header, Buffer.alloc(20)])
  const start = box('ftyp', Buffer.from('avif'), u32(0), Buffer.from('mif1avif'))
  const meta = (offset: number): Buffer => box('meta', u32(0),
    box('iloc', u32(0), Buffer.from([0x44, 0]), u16(1), u16(1), u16(0), u16(1), u32(offset), u32(data.length)),
    box('iinf', u32(0), u16(1), box('infe', Buffer.from([2, 0, 0, 0]), u16(1), u16(0), Buffer.from('av01'), Buffer.alloc(1))),
    box('iprp', box('ipco', box('ispe', u32(0), u32(boxes[0]), u32(boxes[1]))))
  )
  return Buffer.concat([start, meta(start.length + meta(0).length + 8), box('mdat', data)])
}

export function box (kind: string, ...content: Buffer[]): Buffer {
  const data = Buffer.concat(content)
  return Buffer.concat([u32(8 + data.length), Buffer.from(kind), data])
}

export function svg (attributes: string, content = ''): Buffer {
  return Buffer.from(`<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`)
}

/** A drawing in which each of `levels` groups uses the one before ten times. */
export function multiplyingSvg (levels: number, use = (id: string) => `<use href="#${id}"/>`): Buffer {
  const groups = Array.from({ length: levels }, (_, i) => `<g id="g${i + 1}">${use(`g${i}`).repeat(10)}</g>`)
  return svg('width="10" height="10"', `<defs><path id="g0" d="M0 0h1"/>${groups.join('')}</defs><use href="#g${levels}"/>`)
}

/** Pictures that want too much of who shows them, or are none, and why they are not shown. */
export const HOSTILE_PICTURES: Record<string, { type: string, bytes: Buffer, why: string }> = {
  'bomb.png': { type: 'image/png', bytes: png(100_000, 100_000), why: 'it claims to be 100,000 × 100,000 pixels' },
  'bomb.jpg': { type: 'image/jpeg', bytes: jpeg(65_535, 65_535), why: 'it claims to be 65,535 × 65,535 pixels' },
  'bomb.gif': { type: 'image/gif', bytes: gif(1, 1, 1, [65_535, 65_535]), why: 'it claims to be 65,535 × 65,535 pixels' },
  'bomb.webp': { type: 'image/webp', bytes: webp(16_383, 16_383, 'VP8L'), why: 'it claims to be 16,383 × 16,383 pixels' },
  'bomb.avif': { type: 'image/avif', bytes: avif(60_000, 60_000), why: 'it claims to be 60,000 × 60,000 pixels' },
  'bomb.svg': { type: 'image/svg+xml', bytes: multiplyingSvg(9), why: 'it is made of more than 200,000 parts' },
  'endless.png': { type: 'image/png', bytes: png(10, 10, 2 ** 31 - 1), why: 'it claims to have 2,147,483,647 frames' },
  'endless.gif': { type: 'image/gif', bytes: gif(10, 10, 50_000), why: 'it claims to have 50,000 frames' },
  'endless.webp': { type: 'image/webp', bytes: webp(10, 10, 'VP8X', 20_000), why: 'it claims to have 20,000 frames' },
  'cut.png': { type: 'image/png', bytes: onePixelPng.subarray(0, 30), why: 'it is cut off' },
  'page.png': { type: 'image/png', bytes: Buffer.from('<!doctype html><script>parent.alert(1)</script>'), why: 'it is no picture of a kind that is shown' },
  'program.jpg': { type: 'image/jpeg', bytes: Buffer.from('#!/bin/sh\n'), why: 'it is no picture of a kind that is shown' },
  'none.png': { type: 'image/png', bytes: Buffer.alloc(0), why: 'it is empty' }
}

function u16 (value: number): Buffer { return bytes(2, buffer => buffer.writeUInt16BE(value)) }
function u32 (value: number): Buffer { return bytes(4, buffer => buffer.writeUInt32BE(value)) }
function u16le (value: number): Buffer { return bytes(2, buffer => buffer.writeUInt16LE(value)) }
function u24le (value: number): Buffer { return bytes(3, buffer => buffer.writeUIntLE(value, 0, 3)) }
function u32le (value: number): Buffer { return bytes(4, buffer => buffer.writeUInt32LE(value >>> 0)) }

function bytes (count: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(count)
  write(buffer)
  return buffer
}
