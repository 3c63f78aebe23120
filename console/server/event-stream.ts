import type { ServerResponse } from 'node:http'
import type { NodeEventName, NodeEvents } from '../../shared/api/events.ts'

/** Someone who lets this much wait does not read: the browser connects again and gets the newest state. */
const WAITING_BYTES = 1024 * 1024

/** One listener. Before it began, it keeps what it is told. */
export class EventStream {
  #response: ServerResponse
  #early: string[] | null = []

  constructor (response: ServerResponse) {
    this.#response = response
  }

  begin (state: NodeEvents['state']): void {
    // The connection ends with the stream, so that a server that closes need not wait for it.
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', connection: 'close' })
    const early = this.#early ?? []
    this.#early = null
    this.write(eventText('state', state))
    for (const text of early) this.write(text)
  }

  write (text: string): void {
    if (this.#early) this.#early.push(text)
    else if (this.#response.writableLength > WAITING_BYTES) this.#response.destroy()
    else this.#response.write(text)
  }

  end (): void {
    if (this.#early || this.#response.writableLength > 0) this.#response.destroy()
    else this.#response.end()
  }
}

export function eventText<Name extends NodeEventName> (name: Name, data: NodeEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
