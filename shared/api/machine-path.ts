import Type from 'typebox'

/** A path on the node's machine. No system has one with a NUL in it. */
export const MachinePath = Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\u0000]*$', description: 'a path without a NUL in it' })
