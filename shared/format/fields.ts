import Type from 'typebox'

/** Shapes of the members that several documents of format 1 have. `description` ends the sentence "it has to be …". */

/** Text of one line: no control characters, so that it can't steer a terminal or break a page's line. */
const ONE_LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$'
/** Like {@link ONE_LINE}, with line feeds. */
const LINES = '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$'

export const line = (maxLength: number, minLength = 0) => Type.String({ pattern: ONE_LINE, minLength, maxLength, description: 'one line of text, without control characters' })
export const lines = (maxLength: number) => Type.String({ pattern: LINES, maxLength, description: 'text without control characters' })
/** A {@link line} with something in it. */
export const name = (maxLength: number) => Type.String({ ...line(maxLength, 1), pattern: `^(?=.*\\S)${ONE_LINE.slice(1)}`, description: 'one line of text, and not empty' })
/** 52 digits of z-base-32: an address or a drive's key. */
export const Z32 = Type.String({ pattern: '^[ybndrfg8ejkmcpqxot1uwisza345h769]{52}$' })
/** BLAKE2b-256 in lower-case hex. */
export const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
export const WriterId = Type.String({ pattern: '^[a-z0-9-]{1,32}$' })
/** ISO 8601 in UTC with milliseconds. */
export const Time = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$' })
/** BCP 47, loosely: what a page's `lang` attribute may be given. */
export const Language = Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$', maxLength: 35, description: 'a language code such as en or pt-BR' })
export const Authors = Type.Array(Type.Object({ name: line(200, 1) }), { maxItems: 50 })
export const Count = (maximum: number, minimum = 0) => Type.Integer({ minimum, maximum })
