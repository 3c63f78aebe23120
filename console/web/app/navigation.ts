import type { Live } from '../api/live.ts'
import type { Phrases } from '../messages/catalogue.ts'

export interface NavigationItem {
  path: string
  label: (phrases: Phrases) => string
  /** Reached by `g` and this key. */
  key: string
  /** Shown behind the label, when there are any. */
  count?: (live: Live) => number
  /** Also in the bar at the foot of a narrow page, which has room for four. */
  inBar?: boolean
}

export interface NavigationSection {
  title: (phrases: Phrases) => string
  items: NavigationItem[]
  /** Left out otherwise. */
  shown?: (live: Live) => boolean
}

/** The rail: what there is to go to. */
export const navigation: NavigationSection[] = [
  {
    title: ({ shell }) => shell.read,
    items: [
      { path: '/inbox', label: ({ shell }) => shell.inbox, key: 'i', count: live => live.status?.issues.unread ?? 0, inBar: true },
      { path: '/saved', label: ({ shell }) => shell.saved, key: 's', inBar: true },
      { path: '/newsletters', label: ({ shell }) => shell.newsletters, key: 'n', inBar: true },
      { path: '/search', label: ({ shell }) => shell.search, key: '/' }
    ]
  },
  {
    title: ({ shell }) => shell.publish,
    items: [
      { path: '/drafts', label: ({ shell }) => shell.drafts, key: 'd', inBar: true },
      { path: '/published', label: ({ shell }) => shell.issues, key: 'p' },
      { path: '/readers', label: ({ shell }) => shell.readers, key: 'r' }
    ],
    shown: writes
  },
  {
    title: ({ shell }) => shell.publish,
    items: [
      { path: '/start', label: ({ shell }) => shell.startNewsletter, key: 'w' }
    ],
    shown: live => !writes(live)
  },
  {
    title: ({ shell }) => shell.thisMachine,
    items: [
      { path: '/peers', label: ({ shell }) => shell.peers, key: 'e', count: live => live.status?.network.peers ?? 0 },
      { path: '/storage', label: ({ shell }) => shell.storage, key: 'o' },
      { path: '/settings', label: ({ shell }) => shell.settings, key: ',' }
    ]
  }
]

/** Sections as the person sees them now. */
export function navigationFor (live: Live): NavigationSection[] {
  return navigation.filter(({ items, shown }) => items.length > 0 && (shown?.(live) ?? true))
}

/** Who has no newsletter of their own is not bothered with what writing one takes. */
function writes (live: Live): boolean {
  return [...live.newsletters.values()].some(({ role }) => role === 'own')
}
