import type Hypercore from 'hypercore'
import type { Download } from 'hypercore'
import type { Spreading } from './spreading/spreading.ts'

export interface BlocksDownload extends Download {
  /** Resolves when peers have been asked: what is asked for from then on comes after it. */
  asked: Promise<void>
}

interface FetchOptions {
  /** Before all that is being fetched. */
  first?: boolean
  /** Told when it is over: all is here, or the download was destroyed. */
  onOver?: () => void
}

/**
 * Fetches blocks until all are here: from those who speak our channel as the spreading decides, from others as Hypercore does.
 *
 * @param end exclusive; Infinity: what is to come, too
 */
export function fetchBlocks (
  core: Hypercore, spreading: Spreading, start: number, end: number, { first = false, onOver = () => {} }: FetchOptions = {}
): BlocksDownload {
  const download = core.download({ start, end: end === Infinity ? -1 : end })
  let onAsked = (): void => {}
  const asked = new Promise<void>(resolve => { onAsked = resolve })
  const stopWanting = spreading.of(core).want(start, end, { first, onAsked })
  const release = (): void => {
    stopWanting()
    onOver()
  }
  return {
    asked,
    done: async () => {
      await download.done()
      release()
    },
    destroy: () => {
      download.destroy()
      release()
    }
  }
}
