import { ask } from '../api.js'
import { answerPlace, element } from '../element.js'

/** Starts a newsletter, and shows its words the one time they can be shown. */
export async function newNewsletterView (content) {
  const answer = answerPlace()
  const field = (id, label, options = {}) => [element('label', { htmlFor: id }, label), element('input', { type: 'text', id, ...options })]
  const value = id => content.querySelector(`#${id}`).value.trim()
  const button = element('button.primary', {}, 'Start it')
  const create = async event => {
    event.preventDefault()
    button.disabled = true
    try {
      const body = { title: value('title'), description: value('description'), language: value('language') || 'en', ...(value('author') && { authors: [value('author')] }) }
      showWords(content, await ask('POST', '/api/newsletters', body))
    } catch (error) {
      button.disabled = false
      answer.failed(error)
    }
  }
  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Start a newsletter')),
    element('form', { onsubmit: create },
      ...field('title', 'Title', { required: true, maxLength: 200 }),
      ...field('description', 'What it is about', { maxLength: 2000 }),
      ...field('author', 'Who writes it', { maxLength: 200 }),
      ...field('language', 'Language', { value: navigator.language, maxLength: 35 }),
      element('p.hint', {}, 'A language code, such as en or pt-BR.'),
      element('div.actions', {}, button)),
    answer.place
  )
}

function showWords (content, { newsletter, words }) {
  content.replaceChildren(
    element('header.masthead', {}, element('h1', {}, 'Make it survive this machine')),
    element('p', {}, 'These 24 words are your newsletter: whoever has them can go on with it on any machine, and without them it is lost with this one. Write them on paper, in this order. They are shown this once.'),
    element('ol.words', {}, ...words.split(' ').map(word => element('li', {}, word))),
    element('p', {}, 'Its address, which readers subscribe to:'),
    element('p', {}, element('code', {}, newsletter.link)),
    element('div.actions', {}, element('a.button', { href: '#/publish' }, 'I have written them down: write the first issue'))
  )
}
