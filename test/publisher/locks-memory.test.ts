import { join } from 'node:path'
import t from 'tap'
import { readOpened } from '../support/machine-key.ts'
import { publishIssues, testNetwork } from '../support/network.ts'
import { pidOfNode, startNode } from '../support/processes.ts'
import { noMemoryTold, secretsInMemory } from '../support/process-memory.ts'
import { SecretForms } from '../support/secret-forms.ts'

const PASSPHRASE = 'correct horse battery staple'

t.test('a locked node has the keys nowhere in its memory, and once more when it was unlocked meanwhile', { skip: noMemoryTold }, async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'author')
  let author = await startNode(home, network.addresses)
  t.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const { drive, signing } = JSON.parse((await readOpened(join(home, 'keys', newsletter, 'writer.json'))).toString('utf8')) as Record<'drive' | 'signing', { secretKey: string }>
  const secrets = Object.entries({ drive, signing }).map(([name, { secretKey }]) => new SecretForms(name, Buffer.from(secretKey, 'hex').subarray(0, 32)))
  const found = async (): Promise<string[]> => (await secretsInMemory(await pidOfNode(author), secrets)).sort()
  await author.client.lockKeys({ body: { passphrase: PASSPHRASE } })
  await author.process.kill()

  author = await startNode(home, network.addresses)
  await t.rejects(publishIssues(author, newsletter, 1), { code: 'LOCKED' })
  t.same(await found(), [])
  await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await publishIssues(author, newsletter, 1)
  t.same(await found(), ['drive', 'signing'], 'unlocked, it has to have them')
  await author.client.lockKeys({ body: {} })
  t.same(await found(), [])
})
