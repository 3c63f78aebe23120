import type { Page } from 'playwright-core'
import type { Client } from '../../shared/api/client.ts'
import { writingScenes } from './writing-scenes.ts'

/** Who there is to look at: an author who publishes the sample newsletter, and a reader who follows it. */
export interface Stage {
  author: Client
  reader: Client
  /** Address of the sample newsletter. */
  newsletter: string
}

/** One page of the console to look at. */
export interface Scene {
  /** Of its pictures. */
  name: string
  who: 'author' | 'reader'
  /** After the `#` of the console's address. */
  path: string | ((stage: Stage) => Promise<string>)
  /** Returns when everything that the picture should show is there. */
  ready: (page: Page) => Promise<void>
}

const heading = (name: string) => async (page: Page): Promise<void> => await page.getByRole('heading', { name, exact: true }).first().waitFor()

export const scenes: Scene[] = [
  { name: 'inbox', who: 'reader', path: '/inbox', ready: heading('The Last Mile') },
  { name: 'newsletters', who: 'reader', path: '/newsletters', ready: heading('Newsletters') },
  { name: 'settings', who: 'reader', path: '/settings', ready: heading('Settings') },
  {
    name: 'keys',
    who: 'reader',
    path: '/settings',
    ready: async page => {
      await heading('Settings')(page)
      await page.keyboard.press('?')
      await heading('Keys')(page)
    }
  },
  {
    name: 'palette',
    who: 'reader',
    path: '/inbox',
    ready: async page => {
      await heading('The Last Mile')(page)
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
    }
  },
  ...writingScenes
]
