/** Puts an element of another name in the place of one, with its content. */
export function rename (element: Element, name: string): HTMLElement {
  const renamed = element.ownerDocument.createElement(name)
  renamed.append(...element.childNodes)
  element.replaceWith(renamed)
  return renamed
}

/** Leaves the content of an element in its place. */
export function unwrap (element: Element): void {
  element.replaceWith(...element.childNodes)
}

/** Puts an element around the content of another. */
export function wrapContent (element: Element, name: string): void {
  const wrapper = element.ownerDocument.createElement(name)
  wrapper.append(...element.childNodes)
  element.append(wrapper)
}

/** The style that an element came with, in lower case. */
export function styleOf (element: HTMLElement): string {
  return (element.dataset.style ?? '').toLowerCase()
}
