import { fetchWithToken } from './api.js'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/**
 * Follows what happens on the node, for as long as the page is open: first what is, then what changes.
 * (EventSource can't send the token, so the stream is read by fetch.)
 *
 * @param {(name: string, data: unknown) => void} onEvent
 * @param {(isUp: boolean) => void} onConnection
 */
export async function followEvents (onEvent, onConnection) {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      const response = await fetchWithToken('/api/events', { headers: { accept: 'text/event-stream' } })
      if (response.status === 401) return
      if (!response.ok) throw new Error(`status ${response.status}`)
      onConnection(true)
      waitMs = FIRST_WAIT_MS
      for await (const { event, data } of eventsIn(response.body)) onEvent(event, JSON.parse(data))
    } catch {
      // A stream that breaks is begun anew below.
    }
    onConnection(false)
    await new Promise(resolve => setTimeout(resolve, waitMs))
  }
}

async function * eventsIn (body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (true) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const frames = text.split('\n\n')
    text = frames.pop()
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]))
      if (fields.has('data')) yield { event: fields.get('event') ?? 'message', data: fields.get('data') }
    }
  }
}
