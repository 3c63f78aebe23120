import t, { type Test } from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import type { Address } from '../../shared/format/address.ts'
import type { RootChain } from '../../shared/format/root-chain.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { HeardRoots } from '../../shared/network/heard-roots.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { type WaitingRoot, WaitingRoots } from '../../shared/network/waiting-roots.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { until } from '../support/until.ts'

const MIB = 1024 * 1024
const nothing = (): void => {}
const deaf = { onShared: nothing, onUnshared: nothing, onState: nothing, onRoot: nothing, onPeers: nothing, onRefused: nothing }

/** A greeting by which a newsletter is shared. */
async function sharedGreeting (t: Test, address: Address): Promise<Greeting> {
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  const [greeting, theirs] = [new Greeting(one, deaf), new Greeting(other, deaf)]
  for (const side of [greeting, theirs]) side.tell([address])
  await until('it is shared', () => greeting.proofFor(address))
  return greeting
}

t.test('a chain that could not be kept, as on a full disk, is kept as soon as it can be', async t => {
  const { address, chain } = newNewsletter('laptop')
  const roots = new RootStore(t.testdir())
  const failed: unknown[] = []
  const onHolds = async (chain: RootChain): Promise<boolean> => {
    if (failed.length < 3) throw new Error('no space left on device')
    return await roots.offer(chain)
  }
  const heard = new HeardRoots(roots, { onHolds, onBroken: nothing, onFailed: (_address, error) => { failed.push(error) } }, 1)
  await heard.hear(await sharedGreeting(t, address), address, chain)
  t.match(await roots.get(address), { chain: { address } })
  t.equal(failed.length, 3)
})

t.test('the chains of many peers that wait take no more memory than a bound', async t => {
  const { address } = newNewsletter('laptop')
  const waiting = new WaitingRoots()
  const roots: WaitingRoot[] = []
  for (const mebibytes of [14, 15, 14, 14, 14]) {
    const files = { keys: new Uint8Array(10), documents: [{ bytes: new Uint8Array(mebibytes * MIB), signatures: [] }] }
    roots.push(waiting.add(await sharedGreeting(t, address), address, files))
  }
  t.same(roots.map(({ files }) => files === null), [false, true, false, false, false])
  await until('who has most of them is cut off', () => roots[1]!.greeting.proofFor(address) === null)
})
