import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import { killAtChange } from '../support/kill-at-write.ts'
import { readOpened } from '../support/machine-key.ts'
import { publishIssues, testNetwork } from '../support/network.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import { SecretForms } from '../support/secret-forms.ts'
import type { Storm } from './kill.ts'
import type { Trial } from './suite.ts'

const PASSPHRASE = 'correct horse battery staple'
/** Locking, or unlocking for good, changes about so much in the folder of the keys. */
const CHANGES = 20

/** Keys are locked, and unlocked for good, and the node is killed under it: afterwards they are the one or the other as a whole, and never lost. */
export async function killLocking ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const home = join(network.folder, 'author')
  let author = await startNode(home, network.addresses)
  ends.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Often locked' } })
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  const folder = join(home, 'keys', newsletter)
  const { signing } = JSON.parse((await readOpened(join(folder, 'writer.json'))).toString('utf8')) as { signing: { secretKey: string } }
  const secret = new SecretForms('the key that signs', Buffer.from(signing.secretKey, 'hex').subarray(0, 32))
  let [issues, acknowledged, became, lost, torn] = [0, 0, 0, 0, 0]
  for (let i = 1; i <= kills; i++) {
    const wanted = (await stateOf(author.client, newsletter)) === 'plain' ? 'locked' : 'plain'
    const order = orderOf(author, wanted)
    const isDone = order.then(() => true, () => false)
    const changes = Math.floor(draw() * CHANGES)
    await killAtChange(author.process, folder, changes, order)
    if (await isDone) acknowledged++
    author = await startNode(home, network.addresses)
    const { keys, wrong } = await look(author, newsletter, folder, secret)
    if (await isDone && keys !== wanted) wrong.push(`it was said to be ${wanted}, and is ${keys}`)
    torn += wrong.length
    if (keys === wanted) became++
    const failure = await publish(author, newsletter, ++issues).then(() => null, (error: unknown) => String(error))
    if (failure !== null) lost++
    demand(wrong.length === 0 && failure === null, `${wanted === 'locked' ? 'locking' : 'unlocking'}, killed at change ${changes}: ${[...wrong, failure ?? 'it publishes'].join('; ')}`)
  }
  return { lost, torn, figures: { 'keys in another form after it': became, 'acknowledged before the kill': acknowledged } }
}

async function orderOf ({ client }: NodeProcess, wanted: 'locked' | 'plain'): Promise<unknown> {
  return wanted === 'locked'
    ? await client.lockKeys({ body: { passphrase: PASSPHRASE } })
    : await client.unlockKeys({ body: { passphrase: PASSPHRASE, forGood: true } })
}

async function stateOf (client: Client, newsletter: string): Promise<string | null> {
  return (await client.getNewsletter({ params: { newsletter } })).keys
}

/** How the keys lie after the start, and what is not as it should be. */
async function look ({ client }: NodeProcess, newsletter: string, folder: string, secret: SecretForms): Promise<{ keys: string | null, wrong: string[] }> {
  const wrong: string[] = []
  const keys = await stateOf(client, newsletter)
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) wrong.push(`${name} was left behind`)
    if (keys === 'locked' && secret.formIn(await readOpened(join(folder, name)))) wrong.push(`${name} has the key in the clear`)
  }
  return { keys, wrong }
}

/** Whatever they are, they publish: with the passphrase where they are locked, which they are again afterwards. */
async function publish (author: NodeProcess, newsletter: string, issue: number): Promise<void> {
  const isLocked = await stateOf(author.client, newsletter) === 'locked'
  if (isLocked) await author.client.unlockKeys({ body: { passphrase: PASSPHRASE } })
  await publishIssues(author, newsletter, 1, issue)
  if (isLocked) await author.client.lockKeys({ body: {} })
}
