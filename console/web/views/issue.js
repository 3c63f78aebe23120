import { ask } from '../api.js'
import { answerPlace, element } from '../element.js'

/** One issue, in a frame that can neither run anything nor reach the console. */
export async function issueView (content, { parameter: ref }) {
  const path = `/api/issues/${encodeURIComponent(ref)}`
  const answer = answerPlace()
  const checks = element('ul.checks')
  const [{ issue, proof }, { path: page }] = await Promise.all([ask('GET', path), ask('POST', `${path}/page`)])
  document.title = `${issue.title} · Colporteur`
  const mark = async read => {
    try {
      await ask('PUT', `${path}/read`, { read })
      if (!read) location.hash = '#/inbox'
    } catch (error) {
      answer.failed(error)
    }
  }
  const verify = async () => {
    try {
      const { verified, problem, checks: held } = await ask('POST', `${path}/verification`)
      checks.replaceChildren(
        ...held.map(text => element('li.held', {}, text)),
        verified ? element('li.held', {}, 'Verified just now, to the last byte.') : element('li.broken', {}, problem.reason)
      )
    } catch (error) {
      answer.failed(error)
    }
  }
  content.replaceChildren(
    element('div.actions', {},
      element('a', { href: '#/inbox' }, '← Inbox'),
      element('button.quiet', { onclick: () => mark(false) }, 'Mark unread'),
      element('button.quiet', { onclick: verify }, 'Verify again'),
      proof && element('span.meta', {}, `signed by ${proof.writerName}`)),
    answer.place, checks,
    element('iframe.reading', { src: page, title: issue.title, sandbox: 'allow-popups allow-popups-to-escape-sandbox', referrerPolicy: 'no-referrer' })
  )
  await mark(true)
}
