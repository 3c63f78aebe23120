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
    path: '/settings',
    title: ({ shell }) => shell.settings,
    load: () => import('../views/machine/settings-view.ts'),
    show: () => html`<settings-view></settings-view>`
  }
]
