import { randomBytes } from 'node:crypto'
import messages from 'hypercore/lib/messages.js'
import { DRIVE_BLOCKS } from '../../shared/format/limits.ts'
import { pick } from './fuzzed-values.ts'

/** Of hypercore's channel, by their numbers on the wire. */
const TYPES = ['sync', 'request', 'cancel', 'data', 'noData', 'want', 'unwant', 'bitfield', 'range', 'extension'] as const
type Type = typeof TYPES[number]
/** Those that hypercore lets pass whatever they say, as long as they stay within what a drive may have. */
const ALLOWED: Type[] = ['request', 'cancel', 'noData', 'want', 'unwant', 'bitfield', 'range', 'sync', 'extension', 'data']
const BORDERS = [
  0, 1, 31, 32, 33, 1_023, 32_767, 32_768, 65_535, 65_536, 2 ** 20, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 2 ** 31 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1
]
const MIB = 1024 * 1024
/** Messages in one: more than is let pass. */
const CROWD = 200_000

type Draw = () => number

/** A number as a program may have forgotten it: small, near a border, or anything. */
function number (draw: Draw, most: number): number {
  const kind = draw()
  if (kind < 0.4) return Math.floor(draw() * 20)
  if (kind < 0.6) return Math.min(most, pick(BORDERS, draw))
  return Math.floor(draw() * most)
}

function isLikely (draw: Draw, share = 0.5): boolean {
  return draw() < share
}

/**
 * A message of hypercore's channel, whose numbers reach as far as `most`.
 *
 * @param tame no more than hypercore and the guard let pass
 */
function coreMessage (type: Type, draw: Draw, most: number, tame = false): Uint8Array {
  const n = (limit = most): number => number(draw, limit)
  const start = n()
  const range = { start, length: Math.floor(draw() * Math.max(1, tame && type === 'range' ? Math.min(500, most - start) : most - start)) }
  const longer = { ...range, length: range.length + (tame ? 1 : 0) }
  const wild = (share: number): boolean => !tame && isLikely(draw, share)
  // One for nothing is refused.
  const asks = isLikely(draw)
  const nodes = (): object[] => Array.from({ length: Math.floor(draw() * 5) }, () => ({ index: n(), size: n(), hash: randomBytes(32) }))
  const fork = isLikely(draw, 0.8) ? 0 : n(2 ** 32)
  const made: Record<Type, () => object> = {
    sync: () => ({
      fork: 0, length: n(), remoteLength: n(), canUpgrade: isLikely(draw), uploading: isLikely(draw), downloading: isLikely(draw),
      hasManifest: isLikely(draw), allowPush: isLikely(draw)
    }),
    request: () => ({
      id: n(2 ** 32), fork, block: asks ? { index: n(), nodes: n(64) } : null, hash: wild(0.2) ? { index: n(), nodes: n(64) } : null,
      seek: wild(0.2) ? { bytes: n(2 ** 40), padding: n(64) } : null,
      upgrade: wild(0.3) ? range : null, manifest: tame ? !asks : isLikely(draw, 0.2), priority: n(255)
    }),
    cancel: () => ({ request: n(2 ** 32) }),
    data: () => ({
      request: n(100), fork, block: isLikely(draw) ? { index: n(), value: randomBytes(Math.floor(draw() * 200)), nodes: nodes() } : null,
      hash: isLikely(draw, 0.2) ? { index: n(), nodes: nodes() } : null,
      seek: null, upgrade: isLikely(draw, 0.3) ? { ...longer, nodes: nodes(), additionalNodes: nodes(), signature: randomBytes(64) } : null, manifest: null
    }),
    noData: () => ({ request: n(2 ** 32), reason: n(4) }),
    want: () => ({ ...range, any: isLikely(draw) }),
    unwant: () => ({ ...range, any: isLikely(draw) }),
    bitfield: () => ({ start: Math.floor(Math.min(start, most / 2) / 32) * 32, bitfield: new Uint32Array(Math.floor(draw() * 64)).fill(n(2 ** 32 - 1)) }),
    range: () => ({ drop: isLikely(draw), ...range }),
    extension: () => ({ name: pick(['', 'x', 'hyperbee', 'a'.repeat(1_000)], draw), message: randomBytes(Math.floor(draw() * 300)) })
  }
  return encoded(type, made[type]())
}

function encoded (type: Type, message: object): Uint8Array {
  const state = { start: 0, end: 0, buffer: Buffer.alloc(0) }
  messages.wire[type]!.preencode(state, message)
  state.buffer = Buffer.alloc(state.end)
  messages.wire[type]!.encode(state, message)
  return state.buffer
}

/** A small number as the wire has it. */
function uint (value: number): Buffer {
  if (value < 0xfd) return Buffer.from([value])
  const bytes = Buffer.alloc(3)
  bytes[0] = 0xfd
  bytes.writeUInt16LE(value, 1)
  return bytes
}

type Channels = { id: number, protocol: string }[]

/** Within bounds, and senseless: what an honest program could let pass. */
export function senselessFrame (channels: Channels, draw: Draw): Buffer | null {
  const cores = channels.filter(({ protocol }) => protocol === 'hypercore/alpha')
  if (cores.length === 0) return null
  const type = pick(ALLOWED, draw)
  return Buffer.concat([uint(pick(cores, draw).id), uint(TYPES.indexOf(type)), coreMessage(type, draw, DRIVE_BLOCKS, true)])
}

/** One message very many times in one, as an honest node sends several, as far as they go into it. */
export function crowdedFrame (channel: number, type: Type, count: number, draw: Draw): Buffer {
  const message = Buffer.concat([uint(TYPES.indexOf(type)), coreMessage(type, draw, 100, true)])
  const one = Buffer.concat([uint(message.length), message])
  return Buffer.concat([Buffer.from([0, 0]), uint(channel), Buffer.alloc(one.length * Math.min(count, Math.floor(8 * MIB / one.length)), one)])
}

/** Anything: out of bounds, changed from what was heard, random, crowded, or large. */
export function brokenFrame (channels: Channels, heard: Buffer[], draw: Draw): Buffer {
  const kind = draw()
  const channel = channels.length > 0 ? pick(channels, draw).id : 1
  if (kind > 0.99 && kind < 0.998) return crowdedFrame(channel, pick(TYPES, draw), Math.floor(draw() * CROWD), draw)
  const id = uint(channel)
  if (kind < 0.5 && heard.length > 0) return mutated(pick(heard, draw), heard, draw)
  if (kind < 0.75) {
    const type = pick(TYPES, draw)
    return Buffer.concat([id, uint(TYPES.indexOf(type)), coreMessage(type, draw, pick([DRIVE_BLOCKS, 2 ** 32, 2 ** 53 - 1], draw))])
  }
  const bytes = kind > 0.999 ? Buffer.alloc(Math.floor(draw() * 15 * MIB), 1) : randomBytes(Math.floor(draw() * 400))
  if (kind < 0.9) return Buffer.concat([id, uint(Math.floor(draw() * 11)), bytes])
  return Buffer.concat([uint(Math.floor(draw() * 3)), uint(Math.floor(draw() * 5)), bytes])
}

/** Bytes turned, taken out, put in, doubled, cut off, or exchanged with those of another. Mostly behind the name of the channel. */
function mutated (frame: Buffer, heard: Buffer[], draw: Draw): Buffer {
  let bytes = Buffer.from(frame)
  for (let i = 0; i <= Math.floor(draw() * 4); i++) {
    const at = Math.min(bytes.length - 1, (draw() < 0.8 ? 2 : 0) + Math.floor(draw() * bytes.length))
    const change = draw()
    if (change < 0.4) bytes[at] = pick([0, 1, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff, Math.floor(draw() * 256)], draw)
    else if (change < 0.55) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
    else if (change < 0.7) bytes = Buffer.concat([bytes.subarray(0, at), randomBytes(1 + Math.floor(draw() * 9)), bytes.subarray(at)])
    else if (change < 0.8) bytes = Buffer.concat([bytes, bytes.subarray(at)])
    else if (change < 0.9) bytes = bytes.subarray(0, Math.max(1, at))
    else bytes = Buffer.concat([bytes.subarray(0, at), pick(heard, draw).subarray(2)])
    if (bytes.length === 0) return Buffer.from([0])
  }
  return bytes
}
