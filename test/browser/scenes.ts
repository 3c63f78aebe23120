import type { Page } from 'playwright-core'
import type { Client } from '../../shared/api/client.ts'
import { revisingScenes } from './revising-scenes.ts'
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

/** On a phone it is closed at first. */
async function openAbout (page: Page): Promise<void> {
  await heading('The Long Road')(page)
  const about = page.getByText('About this newsletter')
  if (await about.isVisible()) await about.click()
}

const newest = async ({ reader }: Stage): Promise<string> => encodeURIComponent((await reader.getInbox({ query: { limit: 1 } })).issues[0]!.ref)

/** The text of an issue is shown, in its frame. */
const text = async (page: Page): Promise<void> => await page.locator('issue-frame iframe.laid, issue-frame iframe.plain').waitFor()

export const scenes: Scene[] = [
  { name: 'inbox', who: 'reader', path: '/inbox', ready: async page => await page.getByRole('link', { name: 'The Last Mile' }).waitFor() },
  { name: 'inbox-open', who: 'reader', path: async stage => `/inbox/${await newest(stage)}`, ready: text },
  {
    name: 'reader-text',
    who: 'reader',
    path: async stage => `/inbox/${await newest(stage)}`,
    ready: async page => {
      await text(page)
      await page.getByRole('button', { name: 'Text' }).click()
    }
  },
  {
    name: 'proof',
    who: 'reader',
    path: async stage => `/inbox/${await newest(stage)}`,
    ready: async page => {
      await text(page)
      await page.getByRole('button', { name: /^Signed by/ }).click()
      await page.getByRole('button', { name: 'Verify again now' }).click()
      await page.getByText('Everything held').waitFor()
    }
  },
  { name: 'saved', who: 'reader', path: '/saved', ready: heading('Saved') },
  { name: 'search', who: 'reader', path: '/search?q=print%20road', ready: async page => await page.locator('search-result mark').first().waitFor() },
  { name: 'search-nothing', who: 'reader', path: '/search?q=zeppelin', ready: heading('Nothing was found') },
  { name: 'subscribe', who: 'reader', path: '/subscribe', ready: heading('Subscribe to a newsletter') },
  {
    name: 'subscribe-address',
    who: 'reader',
    path: ({ newsletter }) => Promise.resolve(`/subscribe?address=colporteur://${newsletter}`),
    ready: async page => await page.getByText('Compare these words').waitFor()
  },
  { name: 'newsletter', who: 'reader', path: ({ newsletter }) => Promise.resolve(`/newsletters/${newsletter}`), ready: heading('The Long Road') },
  {
    name: 'newsletter-about',
    who: 'reader',
    path: ({ newsletter }) => Promise.resolve(`/newsletters/${newsletter}`),
    ready: async page => {
      await openAbout(page)
      await page.getByText('Let its author count this copy').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'unsubscribe',
    who: 'reader',
    path: ({ newsletter }) => Promise.resolve(`/newsletters/${newsletter}`),
    ready: async page => {
      await openAbout(page)
      await page.getByRole('button', { name: 'Unsubscribe …' }).click()
      await page.getByRole('dialog').getByText('becomes free').waitFor()
    }
  },
  {
    name: 'policy',
    who: 'reader',
    path: ({ newsletter }) => Promise.resolve(`/newsletters/${newsletter}`),
    ready: async page => {
      await openAbout(page)
      await page.getByRole('button', { name: 'What is held here …' }).click()
      await page.getByRole('radio', { name: 'Text only' }).check()
      await page.getByText('become free').waitFor()
    }
  },
  {
    name: 'prepare',
    who: 'reader',
    path: '/prepare',
    ready: async page => {
      await page.getByRole('button', { name: /Get everything unread|Look again/ }).click()
      await page.getByText('You can go.').waitFor()
    }
  },
  {
    name: 'highlights',
    who: 'reader',
    path: async ({ reader, newsletter }) => {
      const { issues: [newest] } = await reader.listIssues({ params: { newsletter }, query: { limit: 1 } })
      const { content } = await reader.getIssueContent({ params: { issue: newest!.ref }, query: { format: 'text' } })
      const quote = content.split('\n').find(line => line.length > 60)!.slice(0, 60).trim()
      await reader.highlight({ params: { issue: newest!.ref }, body: { quote, before: '', start: 0, note: 'To be told to Tomas.' } })
      return `/issues/${encodeURIComponent(newest!.ref)}`
    },
    ready: async page => {
      await text(page)
      await page.getByRole('button', { name: 'Show in the text' }).first().waitFor()
      await page.getByRole('heading', { name: 'Highlights' }).scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'all-highlights',
    who: 'reader',
    path: async ({ reader, newsletter }) => {
      const { issues } = await reader.listIssues({ params: { newsletter }, query: { limit: 3 } })
      for (const { ref } of issues) {
        const { content } = await reader.getIssueContent({ params: { issue: ref }, query: { format: 'text' } })
        const lines = content.split('\n').filter(line => line.length > 60).slice(0, 2)
        for (const [i, line] of lines.entries()) await reader.highlight({ params: { issue: ref }, body: { quote: line, before: '', start: i, note: i === 0 ? 'To be told to Tomas, when he is back from the fair.' : '' } })
      }
      return '/highlights'
    },
    ready: async page => await page.getByRole('button', { name: 'Save as Markdown' }).waitFor()
  },
  { name: 'peers', who: 'reader', path: '/peers', ready: async page => await page.getByText('Since the node started').waitFor() },
  { name: 'storage', who: 'reader', path: '/storage', ready: async page => await page.getByText('By newsletter').waitFor() },
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
      await page.getByRole('link', { name: 'The Last Mile' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
    }
  },
  ...writingScenes,
  ...revisingScenes
]
