import type { Test } from 'tap'
import { eventsPath, type NodeEventName, type NodeEvents } from '../../shared/api/events.ts'
import type { TestNode } from './network.ts'

/** The node has ended the stream: it stops, or was not read from. */
export class EventsEnded extends Error {}

export interface EventListener {
  /** Waits for the next event of a name with a fact in it. */
  until<Name extends NodeEventName> (name: Name, fact: (data: NodeEvents[Name]) => boolean): Promise<NodeEvents[Name]>
}

/** Listens to a node as the console does: over HTTP, from what is to what changes. */
export async function listen (t: Test, { node }: TestNode): Promise<EventListener> {
  const end = new AbortController()
  t.teardown(() => end.abort())
  return await listenTo({ url: await node.listen(), token: node.programToken }, end.signal)
}

/** Listens until the signal ends it. */
export async function listenTo ({ url, token }: { url: string, token: string }, signal: AbortSignal): Promise<EventListener> {
  const { ok, status, body } = await fetch(url + eventsPath, { headers: { authorization: `Bearer ${token}` }, signal })
  if (!ok) throw new Error(`No events: ${status}.`)
  const chunks = body!.pipeThrough(new TextDecoderStream()).getReader()
  let waiting = ''
  return {
    until: async (name, fact) => {
      while (true) {
        const event = /event: (\w+)\ndata: (.*)\n\n/.exec(waiting)
        if (!event) {
          // Whom the node lets go of in the middle of an answer is told by an error.
          const { done, value } = await chunks.read().catch((cause: unknown) => { throw new EventsEnded(`The events broke off before ${name}.`, { cause }) })
          if (done) throw new EventsEnded(`The events ended before ${name}.`)
          waiting += value
          continue
        }
        waiting = waiting.slice(event.index + event[0].length)
        const data: unknown = JSON.parse(event[2]!)
        if (event[1] === name && fact(data as NodeEvents[typeof name])) return data as NodeEvents[typeof name]
      }
    }
  }
}
