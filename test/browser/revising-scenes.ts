import type { Page } from 'playwright-core'
import type { Scene, Stage } from './scenes.ts'

const FOUND = { from: 'A', to: 'Indeed a' }

/** The oldest issue of the sample newsletter, which was corrected once. */
async function corrected ({ author, newsletter }: Stage): Promise<string> {
  const { issues } = await author.listIssues({ params: { newsletter }, query: { limit: 500 } })
  const { ref, revision } = issues.at(-1)!
  if (revision > 1) return ref
  const { content } = await author.getIssueContent({ params: { issue: ref }, query: { format: 'markdown' } })
  const lines = content.split('\n')
  const markdown = lines.map((line, i) => i === 0 ? line.replace(FOUND.from, FOUND.to) + ' One more word was missing here.' : line).join('\n')
  await author.correctIssue({ params: { issue: ref }, body: { source: { markdown }, change: 'correction', note: 'A word was missing in the first line.' } })
  return ref
}

/** A draft that corrects it once more. */
async function correction (stage: Stage): Promise<string> {
  return (await stage.author.correctInDraft({ params: { issue: await corrected(stage) } })).id
}

/** The pages on which an author changes what has gone out. */
/** A list shows what became of an issue. */
const marked = async (page: Page): Promise<void> => await page.getByText('corrected').first().scrollIntoViewIfNeeded()

export const revisingScenes: Scene[] = [
  {
    name: 'writers',
    who: 'author',
    path: async ({ newsletter }) => `/newsletters/${newsletter}/writers`,
    ready: async page => await page.getByText('this device · 12 issues').waitFor()
  },
  {
    name: 'root-change',
    who: 'author',
    path: async ({ newsletter }) => `/newsletters/${newsletter}/writers`,
    ready: async page => {
      await page.getByRole('button', { name: 'Let it rest' }).click()
      await page.getByText('Document 1 of the root').waitFor()
    }
  },
  { name: 'accept', who: 'reader', path: '/accept', ready: async page => await page.getByRole('textbox').waitFor() },
  { name: 'describe', who: 'author', path: async ({ newsletter }) => `/newsletters/${newsletter}/describe`, ready: async page => await page.getByRole('button', { name: 'Save' }).waitFor() },
  {
    name: 'correction',
    who: 'author',
    path: async stage => `/drafts/${await correction(stage)}/publish`,
    ready: async page => await page.getByRole('radio', { name: 'An update' }).waitFor()
  },
  {
    name: 'retract',
    who: 'author',
    path: async stage => `/published/${encodeURIComponent(await corrected(stage))}`,
    ready: async (page: Page) => {
      await page.locator('issue-frame iframe.laid').waitFor()
      await page.getByRole('button', { name: 'Retract it' }).click()
    }
  },
  {
    name: 'revisions',
    who: 'author',
    path: async stage => `/issues/${encodeURIComponent(await corrected(stage))}/revisions`,
    ready: async page => await page.getByRole('table').waitFor()
  },
  {
    name: 'corrected-issue',
    who: 'author',
    path: async stage => `/issues/${encodeURIComponent(await corrected(stage))}`,
    ready: async page => await page.locator('issue-frame iframe.laid').waitFor()
  },
  { name: 'published-marks', who: 'author', path: '/published', ready: marked },
  { name: 'inbox-marks', who: 'reader', path: '/inbox', ready: marked }
]
