/** No file of ours has values in values in so many more, or so few bytes for each value. */
const MOST_LEVELS = 16
const LEAST_BYTES = 16
/** Short ones may be as they like. */
const SHORT_BYTES = 1_000

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/**
 * JSON from elsewhere that does not become many times its size in memory: neither nested without end, nor made of brackets
 * and commas alone.
 *
 * @returns undefined for every other
 */
export function readPlainJson (content: Uint8Array): unknown {
  if (!isPlainJson(content)) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch {
    return undefined
  }
}

/** Whether it may be read as JSON at all. */
export function isPlainJson (content: Uint8Array): boolean {
  let level = 0
  let values = 0
  let isText = false
  for (let i = 0; i < content.length; i++) {
    const byte = content[i]!
    if (byte === QUOTE) isText = !isText
    else if (isText) i += byte === BACKSLASH ? 1 : 0
    else if (byte === COMMA) values++
    else if (CLOSING.has(byte)) level--
    else if (OPENING.has(byte)) {
      values++
      if (++level > MOST_LEVELS) return false
    }
  }
  return values * LEAST_BYTES <= content.length + SHORT_BYTES
}
