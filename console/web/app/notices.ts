export interface Notice {
  id: number
  kind: 'done' | 'error'
  text: string
  /** What can be done about it. */
  action?: NoticeAction
}

export interface NoticeAction { label: string, run: () => void }

/** What is told in passing, wherever the person is: `change` when the list is another. An error stays until it is closed. */
export class Notices extends EventTarget {
  static readonly SHOWN_MS = 6_000
  /** Time to read it, and to think about it. */
  static readonly ACTION_MS = 15_000
  #notices: Notice[] = []
  #count = 0

  get all (): readonly Notice[] { return this.#notices }

  done (text: string, action?: NoticeAction): void {
    const id = this.#add('done', text, action)
    setTimeout(() => this.close(id), action ? Notices.ACTION_MS : Notices.SHOWN_MS)
  }

  failed (error: unknown): void {
    this.#add('error', error instanceof Error ? error.message : String(error))
  }

  close (id: number): void {
    this.#notices = this.#notices.filter(notice => notice.id !== id)
    this.dispatchEvent(new Event('change'))
  }

  #add (kind: Notice['kind'], text: string, action?: NoticeAction): number {
    const id = ++this.#count
    this.#notices = [...this.#notices.filter(notice => notice.text !== text), { id, kind, text, action }]
    this.dispatchEvent(new Event('change'))
    return id
  }
}
