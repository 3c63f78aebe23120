import Type, { type Static } from 'typebox'

/** Why a newsletter or an issue is not verified: a code of the failure table, and the reason in words. */
export type Problem = Static<typeof Problem>
export const Problem = Type.Object({
  code: Type.String(),
  reason: Type.String()
}, { additionalProperties: false })

/** RFC 9457, with our `code`. */
export type ProblemDetails = Static<typeof ProblemDetails>
export const ProblemDetails = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String()
})
