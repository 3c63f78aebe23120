import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Pace } from '../../shared/network/pace.ts'
import { createNewsletter, type TestNetwork, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { AHEAD_BYTES, type Rate, rateOf } from '../support/rate.ts'
import { until } from '../support/until.ts'

/** Bytes a second; slow enough for any machine, and the content takes some seconds by it. */
const CAP = 500_000
const ISSUE_BYTES = 625_000

/** Publishes issues with an attachment each, in a newsletter of their own. */
async function heavyNewsletter (network: TestNetwork, { client }: TestNode, title: string, issues: number): Promise<string> {
  const newsletter = await createNewsletter({ client } as TestNode, title)
  for (let i = 1; i <= issues; i++) {
    const folder = join(network.folder, title, `2024-01-0${i}-issue`)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'index.md'), `# Issue ${i}\n\n[The film](film.bin)\n`)
    await writeFile(join(folder, 'film.bin'), randomBytes(ISSUE_BYTES))
  }
  await client.importIssues({ params: { newsletter }, body: { path: join(network.folder, title) } })
  return newsletter
}

const bytesDown = async ({ client }: TestNode): Promise<number> => (await client.listPeers()).downBytes
const bytesUp = async ({ client }: TestNode): Promise<number> => (await client.listPeers()).upBytes

async function isKept ({ client }: TestNode, issues: number): Promise<boolean> {
  return (await client.listKept()).kept.reduce((sum, kept) => sum + kept.issues.ready, 0) === issues
}

/** A machine that is busy with other things rests on the way, and what rested runs ahead once more. */
function keepsTo (t: Test, { bytes, seconds }: Rate, of: string): void {
  t.ok(bytes > 0.5 * 4 * ISSUE_BYTES, `${bytes} bytes were watched`)
  t.ok(bytes < CAP * seconds + AHEAD_BYTES, `${bytes} bytes in ${seconds} s of ${CAP} a second ${of}`)
}

t.test('what went without a limit is no debt for when there is one', async t => {
  let rate: number | null = null
  const pace = new Pace(() => rate)
  pace.spend(1_000_000_000)
  rate = 1_000
  await pace.turn(1)
  pace.close()
  t.pass('it may go at once, and not in eleven days')
})

t.test('no more comes and goes in a second than a keeper allows, and nothing in its quiet hours', async t => {
  const network = await testNetwork(t)
  const [author, keeper] = [await network.open('author'), await network.open('keeper')]
  const first = await heavyNewsletter(network, author, 'first', 4)
  const offer = await until('it is known what it takes', async () => {
    const looked = await keeper.client.lookAtNewsletter({ body: { address: first } })
    return looked.state === 'known' ? looked : null
  })

  // The whole day is quiet: the index comes, and no issue.
  await keeper.client.changeKeeperSettings({ body: { quietHours: { from: '00:00', to: '00:00' } } })
  const before = await bytesDown(keeper)
  await keeper.client.keepNewsletter({ body: { address: first, maxDownBytes: CAP } })
  await until('the issues are known', async () => (await keeper.client.listKept()).kept[0]!.issues.known === 4)
  t.ok(await bytesDown(keeper) - before < 0.1 * ISSUE_BYTES, 'nothing of the issues has come')
  await keeper.client.changeKeeperSettings({ body: { quietHours: null } })
  const down = await rateOf(() => bytesDown(keeper), () => isKept(keeper, 4))
  keepsTo(t, down, 'for one newsletter')
  const { usedBytes } = (await keeper.client.listKept()).kept[0]!
  t.ok(Math.abs(usedBytes - offer.diskBytes) < 0.1 * offer.diskBytes, `${usedBytes} bytes are used, ${offer.diskBytes} were told before`)

  // In all: two newsletters share it.
  await keeper.client.keepNewsletter({ body: { address: first, maxDownBytes: null } })
  await keeper.client.changeKeeperSettings({ body: { maxDownBytes: CAP } })
  const [second, third] = [await heavyNewsletter(network, author, 'second', 2), await heavyNewsletter(network, author, 'third', 2)]
  for (const address of [second, third]) await keeper.client.keepNewsletter({ body: { address } })
  const both = await rateOf(() => bytesDown(keeper), () => isKept(keeper, 8))
  keepsTo(t, both, 'in all')

  await author.stop()
  await keeper.client.changeKeeperSettings({ body: { maxUpBytes: CAP } })
  const reader = await network.open('reader')
  for (const address of [second, third]) await reader.client.subscribe({ body: { address } })
  const up = await rateOf(() => bytesUp(keeper), async () => (await reader.client.getInbox({})).issues.filter(({ state }) => state === 'ready').length === 4)
  keepsTo(t, up, 'to others')
  await untilComplete(reader, second, 2)
})
