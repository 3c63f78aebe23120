import { html, type TemplateResult } from 'lit'
import { query } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

/**
 * A dialog over the page: open from when it is put there. Emits `closed` when the person is done with it, by whatever
 * means; who put it there takes it away.
 */
export abstract class ModalDialog extends ConsoleElement {
  @query('dialog') protected dialog!: HTMLDialogElement
  #before = document.activeElement
  /** Who selects a text and lets go beside the dialog is not done with it. */
  #isPressedBeside = false

  /** What its heading says; also its name for who can't see it. */
  protected abstract heading (): string
  protected abstract content (): TemplateResult

  override render (): TemplateResult {
    return html`
      <dialog aria-labelledby="dialog-heading" @close=${this.#closed} @pointerdown=${this.#onPointerDown} @click=${this.#onClick}>
        <h2 id="dialog-heading">${this.heading()}</h2>
        ${this.content()}
      </dialog>
    `
  }

  override firstUpdated (): void {
    this.dialog.showModal()
  }

  close (): void {
    this.dialog.close()
  }

  #onPointerDown = (event: PointerEvent): void => {
    this.#isPressedBeside = event.target === this.dialog && !isInside(event, this.dialog)
  }

  #onClick = (event: MouseEvent): void => {
    if (this.#isPressedBeside && event.target === this.dialog && !isInside(event, this.dialog)) this.close()
  }

  #closed = (): void => {
    // What the dialog led to may have the focus already.
    const isNowhere = document.activeElement === null || document.activeElement === document.body
    if (isNowhere && this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus()
    this.dispatchEvent(new CustomEvent('closed'))
  }
}

/** False for the shade around it, which belongs to the dialog. */
function isInside ({ clientX, clientY }: MouseEvent, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom
}
