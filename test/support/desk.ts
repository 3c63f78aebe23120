import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type ColporteurNode, openNode } from '../../console/node.ts'
import type { DraftTiming } from '../../publisher/drafts/draft-publishing.ts'
import { type Client, createClient, isBytes } from '../../shared/api/client.ts'
import type { Draft } from '../../shared/api/drafts.ts'
import type { Config } from '../../shared/config.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { changeByHand } from './by-hand.ts'
import { MACHINE_KEY } from './machine-key.ts'
import { log } from './network.ts'
import { until } from './until.ts'

/** A node whose times are the test's. */
export interface Desk {
  client: Client
  node: ColporteurNode
  newsletter: string
  home: string
  addresses: string
  close (): Promise<void>
  open (timing?: DraftTiming, home?: string): Promise<void>
  /** What a browser gets at a path. */
  look (path: string): Promise<{ statusCode: number, body: string, rawPayload: Buffer }>
  /** A new draft with this text. */
  write (title: string, markdown: string): Promise<Draft>
}

export async function openDesk (t: Test, timing: DraftTiming = {}): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'colporteur-test-'))
  const { addresses, close: closeDht } = await bootstrapNodes()
  const bootstrap = addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) }))
  const open = async (drafts: DraftTiming = timing, home = desk.home): Promise<void> => {
    const config: Config = { home, machineKey: { file: MACHINE_KEY, isUsual: false }, port: 0, portIsDefault: false, host: '127.0.0.1', bootstrap, bind: '127.0.0.1', lan: false, relay: false, receipts: true, staleAfterDays: 30, notify: 'off', digest: null, logLevel: 'silent' }
    desk.node = await openNode({ config, network: true, log, version: 'test', drafts })
  }
  const desk: Desk = {
    client: createClient(async ({ method, path, body }) => {
      const headers = { authorization: `Bearer ${desk.node.programToken}`, ...(isBytes(body) && { 'content-type': 'application/octet-stream' }) }
      const response = await desk.node.app.inject({ method, url: path, headers: { host: 'localhost', ...headers }, ...(body !== undefined && { payload: body as object }) })
      return { status: response.statusCode, body: response.json() as unknown }
    }),
    node: null as unknown as ColporteurNode,
    newsletter: '',
    home: join(home, 'author'),
    addresses,
    close: () => desk.node.close(),
    open,
    look: async path => await desk.node.app.inject({ url: path, headers: { host: 'localhost' } }),
    write: async (title, markdown) => {
      const { id } = await desk.client.createDraft({ body: { newsletter: desk.newsletter } })
      return await desk.client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, title, subtitle: '', markdown } })
    }
  }
  await open()
  t.teardown(async () => {
    await desk.node.close()
    await closeDht()
    await rm(home, { recursive: true, force: true })
  })
  const { newsletter: { address } } = await desk.client.createNewsletter({ body: { title: 'The Long Road', authors: ['Ann'], language: 'nl' } })
  desk.newsletter = address
  return desk
}

async function bootstrapNodes (): Promise<{ addresses: string, close (): Promise<unknown> }> {
  return await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 1 })
}

export async function titlesOut ({ client, newsletter }: Desk): Promise<string[]> {
  return (await client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ title }) => title)
}

export async function untilOut (desk: Desk, titles: string[]): Promise<void> {
  await until(`${titles.join()} went out`, async () => (await titlesOut(desk)).join() === titles.join(), () => titlesOut(desk))
  await untilNoDraft(desk)
}

export async function untilNoDraft ({ client }: Desk): Promise<void> {
  await until('no draft is left', async () => (await client.listDrafts()).drafts.length === 0, () => client.listDrafts())
}

/** An issue, and a draft that corrects it. */
export async function correctedIssue ({ client, newsletter }: Desk): Promise<{ issue: string, draft: string }> {
  const { ref: issue } = await client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# The meeting\n\nIt is on Monday.\n' } } })
  const { id: draft } = await client.correctInDraft({ params: { issue } })
  await client.saveDraft({ params: { draft }, body: { baseVersion: 1, title: 'The meeting', subtitle: '', markdown: 'It is on Tuesday.' } })
  return { issue, draft }
}

interface Noted { publication: { goesOutAt: string } }

/** A node is killed after its drafts have gone out and before that was noted. What is given starts it on what it had noted, changed by `change`. */
export async function killedAfterPublishing (desk: Desk, change: (draft: Noted) => void = () => {}): Promise<(timing?: DraftTiming) => Promise<void>> {
  const [drafts, before] = [join(desk.home, 'drafts'), join(desk.home, '..', 'drafts-before')]
  await rm(before, { recursive: true, force: true })
  await cp(drafts, before, { recursive: true })
  await untilNoDraft(desk)
  return async timing => {
    await desk.close()
    await rm(drafts, { recursive: true })
    await cp(before, drafts, { recursive: true })
    const ids = (await readdir(drafts)).filter(name => name !== 'published')
    for (const id of ids) await changeByHand(join(drafts, id, 'draft.json'), change)
    await desk.open(timing)
  }
}

/** Where a draft lies in the home, and its text. */
export const draftFolder = ({ home }: Desk, id: string): string => join(home, 'drafts', id)
export const draftFile = (desk: Desk, id: string): string => join(draftFolder(desk, id), 'draft.json')

/** Names of what was kept of the text as it was found. */
export async function draftAsides (desk: Desk, id: string): Promise<string[]> {
  return (await readdir(draftFolder(desk, id))).filter(name => name.startsWith('draft.json.damaged-'))
}
