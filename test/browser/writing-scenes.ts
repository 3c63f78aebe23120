import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Scene, Stage } from './scenes.ts'

const sample = fileURLToPath(new URL('../../../sample/the-long-road/', import.meta.url))

/** A draft made of an issue of the sample newsletter, with its picture and two versions. */
async function sampleDraft ({ author, newsletter }: Stage): Promise<string> {
  const known = (await author.listDrafts()).drafts.find(({ title }) => title === 'Blue Paper')
  if (known) return known.id
  const [, body = ''] = /^---\n[\s\S]*?\n---\n+([\s\S]*)$/.exec(await readFile(`${sample}2026-02-02-blue-paper.md`, 'utf8')) ?? []
  const { id } = await author.createDraft({ body: { newsletter } })
  const params = { draft: id }
  await author.putDraftFile({ params: { draft: id, name: 'printing-press.png' }, body: new Uint8Array(await readFile(`${sample}printing-press.png`)) })
  const text = { title: 'Blue Paper', subtitle: 'The printers of Troyes and the library that had no building', tags: ['Troyes', 'printing'] }
  const markdown = body.replace('(printing-press.png)', '(files/printing-press.png "A workshop in Troyes")')
  await author.saveDraft({ params, body: { baseVersion: 0, ...text, markdown: markdown.replace('Take a romance that', 'Take a story which').split('\n\n').slice(0, -1).join('\n\n') } })
  await author.saveDraft({ params, body: { baseVersion: 1, ...text, markdown: markdown.replace('## The widow', '- sold by the dozen\n- and by the gross, TK how many\n\n## The widow') } })
  return id
}

async function emptyNewsletter ({ author }: Stage): Promise<string> {
  const known = (await author.listNewsletters()).newsletters.find(({ title }) => title === 'Small Engines')
  return (known ?? (await author.createNewsletter({ body: { title: 'Small Engines' } })).newsletter).address
}

async function lockedNewsletter ({ author }: Stage): Promise<string> {
  const known = (await author.listNewsletters()).newsletters.find(({ title }) => title === 'Under Lock')
  if (known) return known.address
  const { newsletter: { address } } = await author.createNewsletter({ body: { title: 'Under Lock' } })
  await author.lockKeys({ body: { newsletters: [address], passphrase: 'correct horse battery' } })
  return address
}

/** On a phone it is closed at first. */
async function openAbout (page: Page, title: string): Promise<void> {
  await heading(title)(page)
  const about = page.getByText('About this newsletter')
  if (await about.isVisible()) await about.click()
}

async function newestIssue ({ author, newsletter }: Stage): Promise<string> {
  return (await author.listIssues({ params: { newsletter }, query: { limit: 1 } })).issues[0]!.ref
}

async function wordsOfAnother ({ author }: Stage): Promise<string> {
  const known = (await author.listNewsletters()).newsletters.find(({ title }) => title === 'Lost and Found')
  if (known) return (await author.showWords({ params: { newsletter: known.address }, body: {} })).sets[0]!.words
  const { newsletter: { address: newsletter }, words } = await author.createNewsletter({ body: { title: 'Lost and Found' } })
  await author.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Lost\n\nAnd found.\n' } } })
  return words
}

const heading = (name: string) => async (page: Page): Promise<void> => await page.getByRole('heading', { name }).first().waitFor()

async function editor (page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Text', exact: true }).waitFor()
  await page.getByText(/words · /).waitFor()
  await page.getByRole('img', { name: /^A printing press/ }).waitFor()
}

/** A newsletter whose author is on, when its words are typed elsewhere. */
function restoring (name: string, then: (page: Page) => Promise<void>): Scene {
  let words = ''
  return {
    name,
    who: 'reader',
    path: async stage => {
      words = await wordsOfAnother(stage)
      return '/restore'
    },
    ready: async page => {
      await page.getByLabel('The 24 recovery words').fill(words)
      await page.getByRole('button', { name: 'Look for it' }).click()
      await page.getByText('it has just spoken').waitFor()
      await then(page)
    }
  }
}

const draft = async (stage: Stage): Promise<string> => `/drafts/${await sampleDraft(stage)}`

/** The pages of an author. */
export const writingScenes: Scene[] = [
  { name: 'start', who: 'author', path: '/start', ready: heading('Start a newsletter') },
  { name: 'restore', who: 'reader', path: '/restore', ready: heading('Restore your newsletters') },
  restoring('restore-found', async () => {}),
  restoring('restore-agree', async page => {
    await page.getByRole('checkbox', { name: 'Go on anyway' }).check()
    await page.getByRole('button', { name: 'Go on here' }).click()
    await page.getByText('Retires the writer').waitFor()
  }),
  {
    name: 'backup',
    who: 'author',
    path: '/settings',
    ready: async page => {
      await page.getByRole('button', { name: 'Make a backup' }).click()
      await page.getByRole('dialog', { name: 'Make a backup' }).waitFor()
    }
  },
  {
    name: 'lock',
    who: 'author',
    path: async stage => `/newsletters/${await emptyNewsletter(stage)}`,
    ready: async page => {
      await openAbout(page, 'Small Engines')
      await page.getByRole('button', { name: 'Lock the keys' }).click()
      await page.getByRole('dialog', { name: 'Lock Small Engines' }).waitFor()
    }
  },
  {
    name: 'also-read',
    who: 'author',
    path: async ({ author, newsletter }) => {
      await author.subscribe({ body: { address: newsletter } })
      return `/newsletters/${newsletter}`
    },
    ready: async page => {
      await openAbout(page, 'The Long Road')
      await page.getByText('Show its issues in the inbox').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'locked',
    who: 'author',
    path: async stage => `/newsletters/${await lockedNewsletter(stage)}`,
    ready: async page => {
      await openAbout(page, 'Under Lock')
      await page.getByText('Locked: this machine keeps').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'unlock',
    who: 'author',
    path: async stage => {
      await lockedNewsletter(stage)
      return '/drafts'
    },
    ready: async page => {
      await page.getByRole('button', { name: 'Unlock' }).first().click()
      await page.getByRole('dialog', { name: 'Unlock Under Lock' }).waitFor()
    }
  },
  { name: 'words', who: 'author', path: async stage => `/newsletters/${await emptyNewsletter(stage)}/words`, ready: async page => await page.locator('ol.words').waitFor() },
  {
    name: 'drafts',
    who: 'author',
    path: async stage => {
      await sampleDraft(stage)
      return '/drafts'
    },
    ready: async page => await page.getByRole('link', { name: 'Blue Paper' }).waitFor()
  },
  { name: 'editor', who: 'author', path: draft, ready: editor },
  {
    name: 'editor-picture',
    who: 'author',
    path: draft,
    ready: async page => {
      await editor(page)
      await page.getByRole('button', { name: /^Picture: A printing press/ }).click()
      await page.getByRole('dialog', { name: 'Picture' }).waitFor()
    }
  },
  ...['Preview', 'Versions', 'Details'].map((name): Scene => ({
    name: `editor-${name.toLowerCase()}`,
    who: 'author',
    path: draft,
    ready: async page => {
      await editor(page)
      await page.getByRole('button', { name }).click()
      await page.getByRole('dialog', { name }).waitFor()
      if (name === 'Preview') await page.locator('issue-frame iframe.laid').waitFor()
      if (name === 'Versions') await page.locator('ins').first().waitFor()
    }
  })),
  { name: 'publish', who: 'author', path: async stage => `${await draft(stage)}/publish`, ready: async page => await page.getByText('something is still to come').waitFor() },
  {
    name: 'publish-when',
    who: 'author',
    path: async stage => `${await draft(stage)}/publish`,
    ready: async page => {
      await page.getByRole('checkbox').check()
      await page.getByRole('radio', { name: 'At a time' }).check()
    }
  },
  { name: 'published', who: 'author', path: '/published', ready: heading('The Last Mile') },
  {
    name: 'published-issue',
    who: 'author',
    path: async stage => `/published/${encodeURIComponent(await newestIssue(stage))}`,
    ready: async page => {
      await page.locator('issue-frame iframe.laid').waitFor()
      await page.getByText('Full copies').first().waitFor()
    }
  },
  { name: 'readers', who: 'author', path: '/readers', ready: heading('Share') }
]
