import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Issue, IssueParams } from './issues.ts'
import { NewsletterParams } from './newsletters.ts'

const strict = { additionalProperties: false }

/** What of a newsletter a reader's node holds. What it leaves out stays in the lists, and can be fetched issue by issue. */
export type Policy = Static<typeof Policy>
export const Policy = Type.Object({
  /** Only so many of the newest issues; null: all. */
  last: Type.Union([Type.Null(), Type.Integer({ minimum: 1, maximum: 1_000_000 })]),
  /** `textFirst`: the texts of all issues before the first picture. `textOnly`: pictures and attachments only on request. */
  content: Type.Union([Type.Literal('everything'), Type.Literal('textFirst'), Type.Literal('textOnly')]),
  /** Files that are no pictures: always, or on request. */
  attachments: Type.Union([Type.Literal('always'), Type.Literal('onRequest')]),
  /** Saved issues are held whole and for ever, whatever the rest says. */
  keepSaved: Type.Boolean(),
  /** Bytes of the disk that its issues may take, the newest first; null: no limit. */
  maxDiskBytes: Type.Union([Type.Null(), Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })])
}, strict)

/** As it is where nothing was said. */
export const EVERYTHING: Policy = { last: null, content: 'everything', attachments: 'always', keepSaved: true, maxDiskBytes: null }

/** What a policy would do to what is here now. */
export type PolicyEffect = Static<typeof PolicyEffect>
export const PolicyEffect = Type.Object({
  /** Bytes of issues that leave the disk, and that are still to come. */
  freesBytes: Type.Integer(),
  fetchesBytes: Type.Integer(),
  /** Bytes that its issues have here when it is done. */
  holdsBytes: Type.Integer(),
  /** Whole, in part (their text, or all but the attachments), and left out. */
  issues: Type.Object({ whole: Type.Integer(), partial: Type.Integer(), leftOut: Type.Integer() }, strict)
}, strict)

export type PolicySet = Static<typeof PolicySet>
export const PolicySet = Type.Object({
  policy: Policy,
  effect: PolicyEffect,
  /** By how much the store became smaller on the disk. */
  freedBytes: Type.Integer()
}, strict)

export const policies = {
  previewPolicy: endpoint({
    method: 'POST', path: '/api/subscriptions/:newsletter/policy/effect', summary: 'What a policy would free and fetch; changes nothing',
    params: NewsletterParams, body: Policy, response: PolicyEffect
  }),
  setPolicy: endpoint({
    method: 'PUT', path: '/api/subscriptions/:newsletter/policy', summary: 'Set what of a newsletter is held here; gives the disk back what that leaves out',
    params: NewsletterParams, body: Policy, response: PolicySet
  }),
  fetchIssue: endpoint({
    method: 'PUT', path: '/api/issues/:issue/fetched', summary: 'Get all of an issue, whatever the policy of its subscription leaves out; or leave it to the policy again',
    params: IssueParams, body: Type.Object({ fetched: Type.Boolean() }, strict), response: Issue
  })
}
