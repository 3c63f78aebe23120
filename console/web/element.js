/**
 * Makes an element. Texts become text nodes, so that nothing a stranger wrote is ever read as HTML.
 *
 * @param {string} name with classes: `p.error`
 * @param {Record<string, unknown>} [attributes] `on…` functions become listeners; null and false are left out
 * @param {...(Node | string | null | false)} children
 */
export function element (name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.')
  const made = document.createElement(tag)
  if (classes.length > 0) made.className = classes.join(' ')
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (key in made && key !== 'list') made[key] = value
    else made.setAttribute(key, value === true ? '' : String(value))
  }
  made.append(...children.filter(child => child !== null && child !== false && child !== undefined))
  return made
}

/** A place for the answer to what a person did: what failed is told at once to everybody, also to who can't see. */
export function answerPlace () {
  const place = element('div', { role: 'status' })
  return {
    place,
    clear: () => place.replaceChildren(),
    done: text => place.replaceChildren(element('p.done', {}, text)),
    failed: error => place.replaceChildren(element('p.error', {}, error.message))
  }
}
