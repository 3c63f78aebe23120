import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { publishHeavy } from '../faults/publish-heavy.ts'
import { createNewsletter, testNetwork, untilComplete, untilProgress } from '../support/network.ts'

/** Of the file in which the store keeps large values: what lies in its middle is of a block. */
async function damageBlocks (home: string): Promise<void> {
  const folder = join(home, 'store', 'db')
  const name = (await readdir(folder)).find(name => name.endsWith('.blob'))!
  const path = join(folder, name)
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc(64, 0x55), 0, 64, Math.floor((await stat(path)).size / 2))
  await file.close()
}

t.test('what the disk has changed is found while nobody reads it, and comes again from a peer', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const reader = await network.open('reader', { scrub: { firstMs: 0, lookMs: 50, periodMs: 0 } })
  const newsletter = await createNewsletter(author, 'Lasts')
  await publishHeavy(author, network.folder, newsletter, { number: 1, bytes: 300_000 })
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await author.stop()
  await reader.restart() // which makes a table of the store's log
  await reader.stop()
  await damageBlocks(reader.home)

  // Nobody is there who could ask for a block.
  await reader.restart()
  await untilProgress(reader, newsletter, 'the damage is found', ({ issues: { ready } }) => ready === 0)
  await author.restart()
  await untilComplete(reader, newsletter, 1)
  await author.stop()
  const { issues } = await reader.client.listIssues({ params: { newsletter } })
  t.match(await reader.client.verifyIssue({ params: { issue: issues[0]!.ref } }), { verified: true })
})
