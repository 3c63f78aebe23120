import Type, { type Static } from 'typebox'

/** Whether it is so long ago that a newsletter's writers confirmed that what is here is all, that a reader should know. */
export type Freshness = Static<typeof Freshness>
export const Freshness = Type.Object({
  /**
   * ISO 8601: from then on it is called stale, unless they confirm it meanwhile. Null: never, because it is written here, paused,
   * not followed any more, rests or has ended, or because this node does not warn.
   */
  staleAt: Type.Union([Type.String(), Type.Null()]),
  /** That time had come when this was answered. Whether the writer is offline, or this node is cut off, can not be told. */
  stale: Type.Boolean(),
  /**
   * ISO 8601: what a writer's clock says by the time of this answer, far ahead of this node's; what it confirms does not count
   * then. Either clock may be wrong. Null: none goes ahead, as far as is known.
   */
  aheadAt: Type.Union([Type.String(), Type.Null()])
}, { additionalProperties: false })
