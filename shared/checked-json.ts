import { blake2b256Hex } from './format/hash.ts'

/** `none`: what an earlier version of this program has written, or a hand that has taken the check out, has none. */
export type Check = 'right' | 'wrong' | 'none'

/** The last member of the object, and what closes it. */
const MEMBER = /,\s*"check":\s*"[^"]*"\s*\}\s*$/
/** No check of ours is longer, with all that is around it. */
const MEMBER_CHARACTERS = 200

/**
 * JSON text of an object, whose last member is the hash of the text without it: a bit that turns over where the text lies does not
 * pass for what was written.
 *
 * @param value with one member at least
 */
export function checkedJson (value: object): string {
  return withCheck(JSON.stringify(value, null, 2).slice(0, -'\n}'.length))
}

/** What a text holds that {@link checkedJson} has written, or something else; `json` without the check. */
export function readChecked (text: string): { json: string, check: Check } {
  const end = text.slice(-MEMBER_CHARACTERS)
  const found = MEMBER.exec(end)
  if (!found) return { json: text, check: 'none' }
  const members = text.slice(0, text.length - end.length + found.index)
  return { json: closed(members), check: text === withCheck(members) ? 'right' : 'wrong' }
}

/** Like {@link readChecked}; `json` as its value, `undefined` where it is no JSON: that is as damaged as what has the wrong shape. */
export function parseChecked (text: string): { json: unknown, check: Check } {
  const { json, check } = readChecked(text)
  try {
    return { json: JSON.parse(json), check }
  } catch {
    return { json: undefined, check }
  }
}

function withCheck (members: string): string {
  return closed(`${members},\n  "check": "${blake2b256Hex(Buffer.from(closed(members)))}"`)
}

function closed (members: string): string {
  return `${members}\n}\n`
}
