import type { DraftVersion } from '../../shared/api/drafts.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Of a text of 4 MiB they would take 400 MiB. */
const MOST = 100
/** When an hour of writing alone makes more than {@link MOST}: so many of the newest, and before them one every two minutes. */
const NEWEST = 10

/**
 * The versions to keep, in their order: all of the last hour, then the last of each hour of a day, then the last of each
 * day; at most 100. The newest always stays. What was refused is thinned apart from what was saved, so that one does not
 * push the other out.
 */
export function thinVersions (versions: DraftVersion[], nowMs: number): DraftVersion[] {
  const kept = thinned(versions, nowMs, 0)
  return kept.length <= MOST ? kept : thinned(versions, nowMs, 2 * MINUTE_MS).slice(-MOST)
}

/** @param stepMs of the last hour, one in each step is kept; 0: all are */
function thinned (versions: DraftVersion[], nowMs: number, stepMs: number): DraftVersion[] {
  const steps = new Set<string>()
  return versions.toReversed().filter(({ savedAt, kept }, i) => {
    const savedMs = Date.parse(savedAt)
    const ageMs = nowMs - savedMs
    if (ageMs < HOUR_MS && (stepMs === 0 || i < NEWEST)) return true
    const sizeMs = ageMs < HOUR_MS ? stepMs : ageMs < DAY_MS ? HOUR_MS : DAY_MS
    const step = `${kept} ${sizeMs} ${Math.floor(savedMs / sizeMs)}`
    if (steps.has(step) && i > 0) return false
    steps.add(step)
    return true
  }).reverse()
}
