import { ask } from './api.js'
import { element } from './element.js'
import { followEvents } from './events.js'
import { openSession, readToken } from './session.js'
import { inboxView } from './views/inbox.js'
import { issueView } from './views/issue.js'
import { newNewsletterView } from './views/new-newsletter.js'
import { newslettersView } from './views/newsletters.js'
import { publishView } from './views/publish.js'

const VIEWS = {
  inbox: { show: inboxView, title: 'Inbox' },
  issues: { show: issueView, title: 'Issue' },
  newsletters: { show: newslettersView, title: 'Newsletters' },
  new: { show: newNewsletterView, title: 'Start a newsletter' },
  publish: { show: publishView, title: 'Publish' }
}

start()

async function start () {
  const content = document.getElementById('content')
  const refused = await openSession().catch(() => 'The node does not answer.')
  if (!readToken()) return showSignedOut(content, refused)
  addEventListener('signedout', () => showSignedOut(content, null))

  const listeners = new Map()
  const show = async () => {
    listeners.clear()
    const [name, parameter = ''] = location.hash.replace(/^#\//, '').split('/')
    const view = VIEWS[name] ?? VIEWS.inbox
    document.title = `${view.title} · Colporteur`
    for (const link of document.querySelectorAll('[data-view]')) link.toggleAttribute('aria-current', link.dataset.view === (name || 'inbox'))
    try {
      await view.show(content, { parameter: decodeURIComponent(parameter), on: (event, listener) => listeners.set(event, listener) })
    } catch (error) {
      content.replaceChildren(element('p.error', {}, error.message), element('p', {}, element('a', { href: '#/inbox' }, 'Back to the inbox')))
    }
    content.focus({ preventScroll: true })
  }
  addEventListener('hashchange', show)
  await show()

  followEvents((name, data) => {
    if (name === 'state') tellStatus(data.status)
    else if (name === 'statusChanged') tellStatus(data)
    else listeners.get(name)?.(data)
    if (name === 'issueChanged') tellUnread()
  }, isUp => { if (!isUp) tellDown() })
}

function tellStatus ({ network, issues }) {
  const status = document.getElementById('status')
  status.classList.remove('down')
  status.textContent = network.sentence
  document.getElementById('unread').textContent = issues.unread > 0 ? issues.unread : ''
}

function tellDown () {
  const status = document.getElementById('status')
  status.classList.add('down')
  status.textContent = 'The node does not answer. What you see may be old.'
}

async function tellUnread () {
  const { total } = await ask('GET', '/api/inbox?limit=1&unread=true')
  document.getElementById('unread').textContent = total > 0 ? total : ''
}

function showSignedOut (content, refused) {
  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Open the console with its address')),
    refused && element('p.error', {}, refused),
    element('p', {}, 'Only you may open this page: the node prints an address with a code in it, good for one use. Run'),
    element('p', {}, element('code', {}, 'colporteur start')),
    element('p', {}, 'on this machine and open the address that it prints. If the node is running already, that prints a fresh one.')
  )
}
