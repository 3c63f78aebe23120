import { eventsPath } from '../../../shared/api/events.ts'
import { AppError } from '../../../shared/errors.ts'
import { readToken } from './session.ts'

/** The node says something every 15 s; twice that without a word, and the stream is dead without anybody having closed it. */
export const SILENCE_MS = 35_000

export interface EventFrame { event: string, data: string }

/**
 * What the node tells, as it happens, until the stream ends. (EventSource can't send the token, so it is read by fetch.)
 *
 * @param onHeard called for each sign of life
 * @throws AppError UNAUTHORIZED when the node does not accept the token; anything for a stream that breaks
 */
export async function * nodeEvents (signal: AbortSignal, onHeard = (): void => {}): AsyncGenerator<EventFrame> {
  const ended = new AbortController()
  let timer = setTimeout(() => ended.abort(), SILENCE_MS)
  try {
    const response = await fetch(eventsPath, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${readToken()}` },
      signal: AbortSignal.any([signal, ended.signal])
    })
    if (response.status === 401) throw new AppError('UNAUTHORIZED', 'The node does not accept the token of this page any more.')
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
    const heard = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        clearTimeout(timer)
        timer = setTimeout(() => ended.abort(), SILENCE_MS)
        onHeard()
        controller.enqueue(chunk)
      }
    })
    yield * eventFrames(response.body.pipeThrough(heard))
  } finally {
    clearTimeout(timer)
    // Who has heard enough lets go of the connection: a browser has only six for a node.
    ended.abort()
  }
}

/** The events in a stream of `text/event-stream`, as far as the node uses that format. */
async function * eventFrames (body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<EventFrame> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (true) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
      }))
      const data = fields.get('data')
      if (data !== undefined) yield { event: fields.get('event') ?? 'message', data }
    }
  }
}
