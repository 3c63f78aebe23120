import { html } from 'lit'
import type { Route } from './router.ts'

/** Every place of the console. Each view is loaded when it is first opened. */
export const routes: Route[] = [
  {
    path: '/inbox',
    title: ({ shell }) => shell.inbox,
    load: () => import('../views/reading/inbox-view.ts'),
    show: () => html`<inbox-view></inbox-view>`
  },
  {
    path: '/newsletters',
    title: ({ shell }) => shell.newsletters,
    load: () => import('../views/reading/newsletters-view.ts'),
    show: () => html`<newsletters-view></newsletters-view>`
  },
  {
    path: '/start',
    title: ({ shell }) => shell.startNewsletter,
    load: () => import('../views/writing/start-newsletter-view.ts'),
    show: () => html`<start-newsletter-view></start-newsletter-view>`
  },
  {
    path: '/newsletters/:newsletter/words',
    title: ({ writing }) => writing.wordsTitle,
    load: () => import('../views/writing/words-view.ts'),
    show: ({ newsletter }) => html`<words-view .newsletter=${newsletter}></words-view>`
  },
  {
    path: '/drafts',
    title: ({ shell }) => shell.drafts,
    load: () => import('../views/writing/drafts-view.ts'),
    show: () => html`<drafts-view></drafts-view>`
  },
  {
    path: '/drafts/:draft',
    title: ({ shell }) => shell.drafts,
    load: () => import('../views/writing/draft-view.ts'),
    show: ({ draft }) => html`<draft-view .draft=${draft}></draft-view>`
  },
  {
    path: '/drafts/:draft/line/:line',
    title: ({ shell }) => shell.drafts,
    load: () => import('../views/writing/draft-view.ts'),
    show: ({ draft, line }) => html`<draft-view .draft=${draft} .line=${Number(line)}></draft-view>`
  },
  {
    path: '/drafts/:draft/publish',
    title: ({ writing }) => writing.publish,
    load: () => import('../views/writing/publish-view.ts'),
    show: ({ draft }) => html`<publish-view .draft=${draft}></publish-view>`
  },
  {
    path: '/published',
    title: ({ shell }) => shell.issues,
    load: () => import('../views/writing/issues-view.ts'),
    show: () => html`<issues-view></issues-view>`
  },
  {
    path: '/published/:issue',
    title: ({ shell }) => shell.issues,
    load: () => import('../views/writing/published-issue-view.ts'),
    show: ({ issue }) => html`<published-issue-view .issue=${issue}></published-issue-view>`
  },
  {
    path: '/readers',
    title: ({ shell }) => shell.readers,
    load: () => import('../views/writing/readers-view.ts'),
    show: () => html`<readers-view></readers-view>`
  },
  {
    path: '/settings',
    title: ({ shell }) => shell.settings,
    load: () => import('../views/machine/settings-view.ts'),
    show: () => html`<settings-view></settings-view>`
  }
]
