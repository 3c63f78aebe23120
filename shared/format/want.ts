import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { areRanges } from './block-ranges.ts'
import { DRIVE_BLOCKS } from './limits.ts'
import { readJson } from './signed-json.ts'

const Z32 = Type.String({ pattern: '^[ybndrfg8ejkmcpqxot1uwisza345h769]{52}$' })
const Blocks = Type.Integer({ minimum: 0, maximum: DRIVE_BLOCKS })

const WantedDrive = Type.Object({
  drive: Z32,
  /** Blocks of the index from its beginning, of which none is missing. */
  index: Blocks,
  /** Length of the blobs core, and its blocks that are here. */
  blobs: Type.Object({ length: Blocks, blocks: Type.Array(Type.Tuple([Blocks, Blocks]), { maxItems: 100_000 }) })
})
export type WantedDrive = Static<typeof WantedDrive>

/** What a node has, so that a bundle can be made of what it lacks. Signed by nobody: it is believed only as far as it saves room. */
export type Want = Static<typeof Want>
const Want = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('want'),
  newsletters: Type.Array(Type.Object({ newsletter: Z32, drives: Type.Array(WantedDrive, { maxItems: 256 }) }), { maxItems: 10_000 })
})

export const WANT_BYTES = 16 * 1024 * 1024
/** Every file of wants, as it is written. */
export const WANT_BEGINS = new TextEncoder().encode('{\n  "colporteur": 1,\n  "kind": "want",\n')

/** @throws AppError TOO_LARGE, BAD_FORMAT */
export function readWant (bytes: Uint8Array): Want {
  const want = readJson(bytes, Want, 'The file of wants', WANT_BYTES)
  const isRight = want.newsletters.every(({ drives }) => drives.every(({ blobs }) => areRanges(blobs.blocks, blobs.length)))
  if (!isRight) throw new AppError('BAD_FORMAT', 'The file of wants names blocks that can not be.')
  return want
}
