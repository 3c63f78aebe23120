import { ask } from '../api.js'
import { answerPlace, element } from '../element.js'
import { dateInWords, stateInWords } from '../words.js'

const PAGE = 50

/** The issues of all subscriptions, newest first. */
export async function inboxView (content, { on }) {
  const answer = answerPlace()
  const list = element('ol.list', { 'aria-label': 'Issues' })
  const more = element('button', { hidden: true, onclick: () => load(more.dataset.cursor) }, 'Show older issues')
  const unread = element('input', { type: 'checkbox', onchange: () => load(null) })
  const empty = element('p.deck', { hidden: true })
  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Inbox'), element('label.check', {}, unread, 'Unread only')),
    answer.place, empty, list, element('div.actions', {}, more)
  )

  const load = async cursor => {
    try {
      const query = new URLSearchParams({ limit: PAGE, ...(unread.checked && { unread: true }), ...(cursor && { cursor }) })
      const { issues, next } = await ask('GET', `/api/inbox?${query}`)
      if (!cursor) list.replaceChildren()
      list.append(...issues.map(row))
      more.hidden = next === null
      more.dataset.cursor = next ?? ''
      empty.hidden = list.childElementCount > 0
      empty.replaceChildren(...(unread.checked ? ['Everything is read.'] : ['Nothing here yet. ', element('a', { href: '#/newsletters' }, 'Subscribe to a newsletter'), ' by its address.']))
      answer.clear()
    } catch (error) {
      answer.failed(error)
    }
  }

  on('issueChanged', issue => {
    const shown = document.getElementById(issue.ref)
    if (shown) shown.replaceWith(row(issue))
    else if (!more.dataset.cursor) load(null)
  })
  await load(null)
}

function row (issue) {
  const { ref, state, read, title, newsletterTitle, publishedAt, number } = issue
  const isReady = state === 'ready'
  const name = title || 'An issue that can not be shown'
  return element(`li${isReady && !read ? '.unread' : ''}`, { id: ref },
    isReady
      ? element('a.title', { href: `#/issues/${encodeURIComponent(ref)}` }, name)
      : element('span.title', {}, name),
    element('p.meta', {},
      [newsletterTitle, number > 0 ? `issue ${number}` : '', dateInWords(publishedAt)].filter(Boolean).join(' · '), ' · ',
      element(`span.state.${state}`, {}, stateInWords(issue)))
  )
}
