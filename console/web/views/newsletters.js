import { ask } from '../api.js'
import { answerPlace, element } from '../element.js'
import { progressInWords } from '../words.js'

/** What is subscribed to, with progress; what is written here; and how to begin either. */
export async function newslettersView (content, { on }) {
  const answer = answerPlace()
  const subscribed = element('ul.list', { 'aria-label': 'Subscriptions' })
  const own = element('ul.list', { 'aria-label': 'Written on this node' })
  const address = element('input', { type: 'text', id: 'address', placeholder: 'colporteur://…', autocomplete: 'off', spellcheck: false, required: true })

  const load = async () => {
    try {
      const [{ subscriptions }, { newsletters }] = await Promise.all([ask('GET', '/api/subscriptions'), ask('GET', '/api/newsletters')])
      const mine = newsletters.filter(({ role }) => role === 'own')
      subscribed.replaceChildren(...subscriptions.length > 0 ? subscriptions.map(subscription => subscribedRow(subscription, end)) : [element('li', {}, 'None yet.')])
      own.replaceChildren(...mine.length > 0 ? mine.map(ownRow) : [element('li', {}, 'None yet.')])
    } catch (error) {
      answer.failed(error)
    }
  }
  const begin = async event => {
    event.preventDefault()
    try {
      await ask('POST', '/api/subscriptions', { address: address.value })
      address.value = ''
      answer.done('Subscribed. The newest issue comes first.')
      await load()
    } catch (error) {
      answer.failed(error)
    }
  }
  const end = async ({ newsletter, title }) => {
    if (!confirm(`End the subscription to ${title || newsletter}? Its issues leave this machine.`)) return
    try {
      await ask('DELETE', `/api/subscriptions/${newsletter}`)
      await load()
    } catch (error) {
      answer.failed(error)
    }
  }

  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Newsletters')),
    element('form', { onsubmit: begin },
      element('label', { htmlFor: 'address' }, 'Subscribe by address'),
      element('div.row', {}, address, element('button.primary', {}, 'Subscribe'))),
    answer.place,
    element('h2', {}, 'Subscriptions'), subscribed,
    element('h2', {}, 'Written on this node'), own,
    element('div.actions', {}, element('a.button', { href: '#/new' }, 'Start a newsletter'))
  )
  on('subscriptionProgressed', subscription => {
    const shown = document.getElementById(subscription.newsletter)
    if (shown) shown.replaceWith(subscribedRow(subscription, end))
    else load()
  })
  on('newsletterChanged', ({ role }) => { if (role === 'own') load() })
  await load()
}

function subscribedRow (subscription, end) {
  const { newsletter, link, title, progress } = subscription
  return element('li', { id: newsletter },
    element('span.title', {}, title || 'Title not known yet'),
    element('p.meta', {}, element(`span.state.${progress.state}`, {}, progressInWords(progress))),
    element('div.row', {}, element('code', {}, link), copyButton(link), element('button.quiet', { onclick: () => end(subscription) }, 'Unsubscribe'))
  )
}

function ownRow ({ address, link, title, issues, problem, wordsUnconfirmed }) {
  return element('li', { id: address },
    element('span.title', {}, title), ' ',
    wordsUnconfirmed && element('span.badge', { title: 'The secret that the recovery words stand for still lies on this machine.' }, 'Words not confirmed'),
    element('p.meta', {}, problem ? element('span.state.notVerified', {}, `Not verified: ${problem.reason}`) : `${issues.total} ${issues.total === 1 ? 'issue' : 'issues'} published`),
    element('div.row', {}, element('code', {}, link), copyButton(link))
  )
}

function copyButton (text) {
  const button = element('button.quiet', {
    onclick: async () => {
      await navigator.clipboard.writeText(text)
      button.textContent = 'Copied'
    }
  }, 'Copy address')
  return button
}
