import { ask } from '../api.js'
import { answerPlace, element } from '../element.js'
import { bytesInWords, dateInWords } from '../words.js'

/** Publishes a Markdown text. What was typed stays in this browser until it is published. */
export async function publishView (content) {
  const { newsletters } = await ask('GET', '/api/newsletters')
  const own = newsletters.filter(({ role }) => role === 'own')
  if (own.length === 0) {
    content.replaceChildren(
      element('header.masthead', {}, element('h1', {}, 'Publish')),
      element('p', {}, 'No newsletter is written on this node yet.'),
      element('div.actions', {}, element('a.button', { href: '#/new' }, 'Start a newsletter'))
    )
    return
  }
  const answer = answerPlace()
  const select = element('select', { id: 'newsletter' }, ...own.map(({ address, title }) => element('option', { value: address }, title)))
  const kept = () => `colporteur.text.${select.value}`
  const text = element('textarea', {
    id: 'text', placeholder: '# Title\n\nThe first paragraph …', required: true, value: localStorage.getItem(kept()) ?? '',
    oninput: () => localStorage.setItem(kept(), text.value)
  })
  select.addEventListener('change', () => { text.value = localStorage.getItem(kept()) ?? '' })

  const publish = async dryRun => {
    try {
      const { outcome, title, number, publishedAt, sizeBytes, notes } = await ask('POST', `/api/newsletters/${select.value}/issues`, { source: { markdown: text.value }, dryRun })
      const what = `issue ${number}, “${title}”, ${dateInWords(publishedAt)}, ${bytesInWords(sizeBytes)}`
      if (outcome === 'published') {
        localStorage.removeItem(kept())
        text.value = ''
      }
      answer.done({ published: `Published ${what}. Readers fetch it while this node or any reader who has it is online.`, already: `Already published as ${what}.`, dryRun: `Would be ${what}.` }[outcome])
      answer.place.append(...notes.map(note => element('p.hint', {}, note)))
    } catch (error) {
      answer.failed(error)
    }
  }
  const confirmed = event => {
    event.preventDefault()
    if (confirm('Publish this issue? It can not be taken back from readers who have it.')) publish(false)
  }
  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Publish')),
    element('form', { onsubmit: confirmed },
      element('label', { htmlFor: 'newsletter' }, 'Newsletter'), select,
      element('label', { htmlFor: 'text' }, 'Text, in Markdown'), text,
      element('p.hint', {}, 'The first heading is the title. Issues with pictures are published from a folder: colporteur publish.'),
      element('div.actions', {}, element('button.primary', {}, 'Publish …'), element('button', { type: 'button', onclick: () => publish(true) }, 'Check'))),
    answer.place
  )
}
