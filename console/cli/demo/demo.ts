import { setInterval } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../../shared/errors.ts'
import { progressInWords } from '../progress-text.ts'
import { codeOf } from '../until-signal.ts'
import { type Actor, Cast } from './cast.ts'

/** The newsletter that the repository carries; from dist/console/cli/demo. */
const SAMPLE = fileURLToPath(new URL('../../../../sample/the-long-road', import.meta.url))
/** Longer than this takes no step on any machine that can run a node. */
const STEP_MS = 60_000
const LOOK_MS = 50

export interface DemoOptions {
  say: (line: string) => void
  /** Leave the homes of the nodes behind, to look into. */
  keep: boolean
}

/**
 * Shows with real processes what Colporteur is for: an author publishes and goes, readers carry, a newcomer gets all.
 *
 * @returns how long it took, and where the homes are that were kept
 * @throws AppError when any step fails
 */
export async function runDemo ({ say, keep }: DemoOptions): Promise<{ elapsedMs: number, folder: string | null }> {
  const startedMs = Date.now()
  const cast = await Cast.gather()
  const stopping: Promise<void>[] = []
  const stop = (signal: NodeJS.Signals): void => { stopping.push(cast.dismiss(keep).finally(() => process.exit(codeOf(signal)))) }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await tell(cast, say)
    const elapsedMs = Date.now() - startedMs
    say(`\nAll of it in ${(elapsedMs / 1000).toFixed(1)} s, with real processes, on this machine alone.`)
    if (keep) say(`The nodes' homes are kept in ${cast.folder}`)
    return { elapsedMs, folder: keep ? cast.folder : null }
  } catch (error) {
    await Promise.all(stopping) // what fails because its nodes were ended is no failure
    throw error
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await cast.dismiss(keep)
  }
}

async function tell (cast: Cast, say: (line: string) => void): Promise<void> {
  say('1. A private network, on loopback: a small DHT by which nodes find each other.')
  const stopBootstrap = await cast.startBootstrap()

  say('\n2. An author starts a newsletter and publishes.')
  const author = await cast.startNode('author')
  const { newsletter: { address, link } } = await author.client.createNewsletter({ body: { title: 'The Long Road', authors: ['The Long Road'] } })
  say(`   The Long Road: ${link}`)
  const { published, failed, sizeBytes } = await author.client.importIssues({ params: { newsletter: address }, body: { path: SAMPLE } })
  expect(published > 0 && failed.length === 0, `the author could not publish: ${failed.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`)
  say(`   ${published} issues with their pictures, ${(sizeBytes / 1e6).toFixed(1)} MB, signed and published.`)

  say('\n3. Two readers subscribe by the address.')
  const first = await cast.startNode('first reader')
  const second = await cast.startNode('second reader')
  await Promise.all([follow(first, address, published, say), follow(second, address, published, say)])

  say('\n4. The author\'s process is killed, as if the laptop was closed.')
  await author.kill()
  say(`   Process ${author.pid} is gone.`)

  say('\n5. A third reader subscribes. Only the other two have anything.')
  const third = await cast.startNode('third reader')
  await follow(third, address, published, say)

  say('\n6. Everybody else is killed, and the private DHT, too.')
  await Promise.all([first.kill(), second.kill(), stopBootstrap()])
  say('   The third reader is alone.')

  say('\n7. It reads, offline, and verifies.')
  await readOffline(third, published, say)
}

async function follow ({ name, client }: Actor, address: string, issues: number, say: (line: string) => void): Promise<void> {
  await client.subscribe({ body: { address } })
  const startedMs = Date.now()
  let last = ''
  for await (const _ of setInterval(LOOK_MS)) {
    const { progress } = await client.getSubscription({ params: { newsletter: address } })
    const words = progressInWords(progress)
    if (words !== last) say(`   ${name}: ${words}`)
    last = words
    if (progress.state === 'upToDate' && progress.issues.ready === issues) return
    expect(progress.state !== 'notVerified', `the ${name} can't verify the newsletter: ${progress.problem?.reason}`)
    expect(Date.now() - startedMs < STEP_MS, `the ${name} did not get everything: ${words}`)
  }
}

async function readOffline ({ client, url }: Actor, issues: number, say: (line: string) => void): Promise<void> {
  const { issues: inbox, total } = await client.getInbox({ query: {} })
  expect(total === issues && inbox.every(({ state }) => state === 'ready'), 'not every issue is ready offline')
  const issue = inbox[0]!
  const { content } = await client.getIssueContent({ params: { issue: issue.ref }, query: { format: 'text' } })
  say(`   "${issue.title}", issue ${issue.number}:`)
  for (const line of content.split('\n').filter(text => text.trim() !== '').slice(0, 4)) say(`     ${line}`)
  say('     …')

  const { path } = await client.openIssue({ params: { issue: issue.ref } })
  const page = await (await fetch(url + path)).text()
  const pictures = [...page.matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, source]) => new URL(source!.replaceAll('&amp;', '&'), url + path))
  const answers = await Promise.all(pictures.map(async picture => ({ ok: (await fetch(picture)).ok, local: picture.origin === url })))
  expect(pictures.length > 0 && answers.every(({ ok, local }) => ok && local), 'a picture is missing')
  say(`   Its page is whole: ${pictures.length === 1 ? '1 picture' : `${pictures.length} pictures`}, from this reader's own copy.`)

  const { verified, checks, problem } = await client.verifyIssue({ params: { issue: issue.ref } })
  for (const check of checks) say(`   ✓ ${check}`)
  expect(verified, `the issue is not verified: ${problem?.reason}`)
}

function expect (held: boolean, otherwise: string): void {
  if (!held) throw new AppError('INTERNAL', `The demonstration failed: ${otherwise}`)
}
