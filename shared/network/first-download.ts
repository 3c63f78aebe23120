import type Hypercore from 'hypercore'
import type { Download } from 'hypercore'

export interface FirstDownload extends Download {
  /** Resolves when peers have been asked: what is asked for from then on comes after it. */
  asked: Promise<unknown>
}

/** Asks peers for each block by itself, which goes before the ranges of any download. */
export function downloadFirst (core: Hypercore, start: number, end: number): FirstDownload {
  const activeRequests: unknown[] = []
  const blocks = Array.from({ length: end - start }, (_, i) => {
    let onwait = (): void => {}
    const asked = new Promise<void>(resolve => { onwait = resolve })
    const here = core.get(start + i, { activeRequests, onwait })
    here.catch(() => {}) // given up: nobody may wait for it any more
    return { here, asked: Promise.race([asked, here]).catch(() => {}) }
  })
  return {
    asked: Promise.all(blocks.map(({ asked }) => asked)),
    done: async () => { await Promise.all(blocks.map(({ here }) => here)) },
    destroy: () => core.core.replicator.clearRequests(activeRequests, new Error('given up'))
  }
}
