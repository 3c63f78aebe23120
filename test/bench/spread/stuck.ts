import { setInterval } from 'node:timers/promises'

const LOOK_MS = 500
const LOOKS = 40
/** Of the content; nodes that have nothing to fetch talk, too. */
const LEAST_SHARE = 0.01

/** Returns when what came to all in so many looks is less than a hundredth of the content: nobody will ever get the rest, or it is over. */
export async function untilStuck (receivedBytes: () => number, contentBytes: number, isOver: AbortSignal): Promise<void> {
  const counts: number[] = []
  for await (const _ of setInterval(LOOK_MS)) {
    counts.push(receivedBytes())
    if (isOver.aborted || (counts.length > LOOKS && counts.at(-1)! - counts.at(-1 - LOOKS)! < contentBytes * LEAST_SHARE)) return
  }
}
