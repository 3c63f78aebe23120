import { createContext } from '@lit/context'
import type { Client } from '../../../shared/api/client.ts'
import type { Live } from '../api/live.ts'
import type { Phrases } from '../messages/catalogue.ts'
import type { Keys } from './keys.ts'
import type { Notices } from './notices.ts'
import type { Router } from './router.ts'
import type { Settings } from './settings.ts'

/** What views are handed down. */
export interface ConsoleParts {
  client: Client
  live: Live
  router: Router
  settings: Settings
  keys: Keys
  notices: Notices
}

export const partsContext = createContext<ConsoleParts>(Symbol('parts'))
export const phrasesContext = createContext<Phrases>(Symbol('phrases'))
