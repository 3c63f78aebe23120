import { html, type TemplateResult } from 'lit'
import type { Route, RouteParams } from './router.ts'

/** Every place of the console. Each view is loaded when it is first opened. */
export const routes: Route[] = [
  ...['/inbox', '/inbox/:issue'].map((path): Route => ({
    path,
    title: ({ shell }) => shell.inbox,
    load: () => import('../views/reading/inbox-view.ts'),
    show: inbox,
    page: () => 'inbox'
  })),
  ...['/saved', '/saved/:issue'].map((path): Route => ({
    path,
    title: ({ shell }) => shell.saved,
    load: () => import('../views/reading/saved-view.ts'),
    show: saved,
    page: () => 'saved'
  })),
  {
    path: '/newsletters',
    title: ({ shell }) => shell.newsletters,
    load: () => import('../views/reading/newsletters-view.ts'),
    show: () => html`<newsletters-view></newsletters-view>`
  },
  ...['/newsletters/:newsletter', '/newsletters/:newsletter/issues/:issue'].map((path): Route => ({
    path,
    title: ({ shell }) => shell.newsletters,
    load: () => import('../views/reading/newsletter-view.ts'),
    show: newsletter,
    page: ({ newsletter }) => `newsletter ${newsletter}`
  })),
  {
    path: '/search',
    title: ({ shell }) => shell.search,
    load: () => import('../views/reading/search-view.ts'),
    show: () => html`<search-view></search-view>`,
    page: () => 'search'
  },
  {
    path: '/highlights',
    title: ({ holding }) => holding.highlights,
    load: () => import('../views/reading/highlights-view.ts'),
    show: () => html`<highlights-view></highlights-view>`
  },
  {
    path: '/prepare',
    title: ({ holding }) => holding.travel,
    load: () => import('../views/reading/prepare-view.ts'),
    show: () => html`<prepare-view></prepare-view>`
  },
  {
    path: '/subscribe',
    title: ({ shell }) => shell.subscribe,
    load: () => import('../views/reading/subscribe-view.ts'),
    show: () => html`<subscribe-view></subscribe-view>`
  },
  {
    path: '/issues/:issue',
    title: ({ shell }) => shell.issues,
    load: () => import('../views/reading/issue-view.ts'),
    show: ({ issue }) => html`<issue-view .issue=${issue}></issue-view>`
  },
  {
    path: '/issues/:issue/revisions',
    title: ({ revising }) => revising.revisions,
    load: () => import('../views/reading/revisions-view.ts'),
    show: ({ issue }) => html`<revisions-view .issue=${issue}></revisions-view>`
  },
  {
    path: '/peers',
    title: ({ shell }) => shell.peers,
    load: () => import('../views/machine/peers-view.ts'),
    show: () => html`<peers-view></peers-view>`
  },
  {
    path: '/storage',
    title: ({ shell }) => shell.storage,
    load: () => import('../views/machine/storage-view.ts'),
    show: () => html`<storage-view></storage-view>`
  },
  {
    path: '/start',
    title: ({ shell }) => shell.startNewsletter,
    load: () => import('../views/writing/start-newsletter-view.ts'),
    show: () => html`<start-newsletter-view></start-newsletter-view>`
  },
  {
    path: '/restore',
    title: ({ restoring }) => restoring.title,
    load: () => import('../views/writing/restore-view.ts'),
    show: () => html`<restore-view></restore-view>`
  },
  {
    path: '/newsletters/:newsletter/words',
    title: ({ writing }) => writing.wordsTitle,
    load: () => import('../views/writing/words-view.ts'),
    show: ({ newsletter }) => html`<words-view .newsletter=${newsletter}></words-view>`
  },
  {
    path: '/newsletters/:newsletter/describe',
    title: ({ revising }) => revising.describeTitle,
    load: () => import('../views/writing/describe-view.ts'),
    show: ({ newsletter }) => html`<describe-view .newsletter=${newsletter}></describe-view>`
  },
  {
    path: '/newsletters/:newsletter/writers',
    title: ({ root }) => root.writers,
    load: () => import('../views/root/writers-view.ts'),
    show: ({ newsletter }) => html`<writers-view .newsletter=${newsletter}></writers-view>`
  },
  {
    path: '/accept',
    title: ({ root }) => root.accept,
    load: () => import('../views/root/accept-view.ts'),
    show: () => html`<accept-view></accept-view>`
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

// One template for both places of a page, so that it stays the same page.
function inbox ({ issue }: RouteParams): TemplateResult {
  return html`<inbox-view .open=${issue ?? null}></inbox-view>`
}

function saved ({ issue }: RouteParams): TemplateResult {
  return html`<saved-view .open=${issue ?? null}></saved-view>`
}

function newsletter ({ newsletter, issue }: RouteParams): TemplateResult {
  return html`<newsletter-view .newsletter=${newsletter} .open=${issue ?? null}></newsletter-view>`
}
