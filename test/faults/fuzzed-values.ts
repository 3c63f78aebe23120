import type { TSchema } from 'typebox'

/** Texts that programs have stumbled over. */
export const HOSTILE_TEXTS = [
  '', ' ', '\0', '\n', '..', '../../../etc/passwd', '/etc/passwd', '%2e%2e%2f', 'a'.repeat(300), 'a'.repeat(70_000), '\u202egnp.exe', '\u200b', '\ud800', '💥'.repeat(100),
  '__proto__', 'constructor', 'toString', 'null', 'undefined', 'NaN', '-1', '0', '1e999', '9'.repeat(40), 'true', '[]', '{}', '{"__proto__":{"a":1}}', '{"a":', '"', "'; drop table issues; --",
  '" OR ""="', 'NEAR(', '*', 'a*', '(((((', '<script>alert(1)</script>',
  '{{1}}', '%s%n', '01k0000000000000000000000z', 'colporteur://', '0001-01-01T00:00:00.000Z', '2026-02-31', '+275761-01-01T00:00:00.000Z'
]
export const HOSTILE_VALUES: unknown[] = [
  null, true, false, 0, -0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 31), [], {}, [[[[[[[[]]]]]]]], { length: 2 ** 31 }, { toString: 1 }, ...HOSTILE_TEXTS
]

export function pick<T> (items: readonly T[], draw: () => number): T {
  return items[Math.floor(draw() * items.length)]!
}

interface Shape extends TSchema {
  anyOf?: TSchema[]
  const?: unknown
  enum?: unknown[]
  type?: string
  properties?: Record<string, TSchema>
  required?: string[]
  items?: TSchema
  pattern?: string
  minimum?: number
  maximum?: number
}

/** A value that a schema nearly, or quite, allows. `known`: names that lead to something. */
export function fuzzed (schema: TSchema, draw: () => number, known: string[]): unknown {
  if (draw() < 0.08) return pick(HOSTILE_VALUES, draw)
  const { anyOf, const: constant, enum: choices, type, properties, required = [], items, pattern, minimum, maximum } = schema as Shape
  if (anyOf) return fuzzed(pick(anyOf, draw), draw, known)
  if (constant !== undefined) return constant
  if (choices) return pick(choices, draw)
  if (properties) {
    const entries = Object.entries(properties).filter(([name]) => required.includes(name) ? draw() < 0.97 : draw() < 0.5)
    const filled = Object.fromEntries(entries.map(([name, inner]) => [name, fuzzed(inner, draw, known)]))
    return draw() < 0.03 ? { ...filled, [pick(HOSTILE_TEXTS, draw).slice(0, 100)]: 1 } : filled
  }
  if (items) return Array.from({ length: Math.floor(draw() * 4) }, () => fuzzed(items, draw, known))
  if (type === 'integer' || type === 'number') return Math.round((minimum ?? 0) + draw() * ((maximum ?? 100) - (minimum ?? 0)))
  if (type === 'boolean') return draw() < 0.5
  if (type === 'string') return draw() < 0.4 ? pick(known, draw) : pattern && draw() < 0.3 ? '2026-01-01T00:00:00.000Z' : draw() < 0.5 ? 'Some words' : pick(HOSTILE_TEXTS, draw)
  return pick(HOSTILE_VALUES, draw)
}
