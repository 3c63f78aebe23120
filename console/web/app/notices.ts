export interface Notice {
  id: number
  kind: 'done' | 'error'
  text: string
}

/** What is told in passing, wherever the person is: `change` when the list is another. An error stays until it is closed. */
export class Notices extends EventTarget {
  static readonly SHOWN_MS = 6_000
  #notices: Notice[] = []
  #count = 0

  get all (): readonly Notice[] { return this.#notices }

  done (text: string): void {
    const id = this.#add('done', text)
    setTimeout(() => this.close(id), Notices.SHOWN_MS)
  }

  failed (error: unknown): void {
    this.#add('error', error instanceof Error ? error.message : String(error))
  }

  close (id: number): void {
    this.#notices = this.#notices.filter(notice => notice.id !== id)
    this.dispatchEvent(new Event('change'))
  }

  #add (kind: Notice['kind'], text: string): number {
    const id = ++this.#count
    this.#notices = [...this.#notices.filter(notice => notice.text !== text), { id, kind, text }]
    this.dispatchEvent(new Event('change'))
    return id
  }
}
