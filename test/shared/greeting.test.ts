import compact from 'compact-encoding'
import Protomux from 'protomux'
import t, { type Test } from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import type { Address } from '../../shared/format/address.ts'
import { encodeHello } from '../../shared/format/exchange.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { until } from '../support/until.ts'

const nothing = (): void => {}
const deaf = { onShared: nothing, onUnshared: nothing, onState: nothing, onRoot: nothing, onPeers: nothing, onRefused: nothing }

interface Stage { greeting: Greeting, refused: string[], say: (hellos: Uint8Array[]) => void, heard: Uint8Array[] }

/** A greeting of a node that knows a newsletter, and one at the other end who says hello as it likes. */
async function stage (t: Test, addresses: Address[]): Promise<Stage> {
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  const refused: string[] = []
  const heard: Uint8Array[] = []
  const greeting = new Greeting(one, { ...deaf, onRefused: (_greeting, { code }) => { refused.push(code) } })
  greeting.tell(addresses)
  const mux = Protomux.from(other) as Protomux & { cork (): void, uncork (): void }
  const channel = mux.createChannel({ protocol: 'colporteur/1' })!
  const hello = channel.addMessage({ encoding: compact.raw, onmessage: bytes => { heard.push(Buffer.from(bytes)) } })
  channel.open()
  await until('it is heard', () => heard.length > 0)
  const say = (hellos: Uint8Array[]): void => {
    mux.cork()
    for (const bytes of hellos) hello.send(bytes)
    mux.uncork()
  }
  return { greeting, refused, say, heard }
}

t.test('who says hello in other words hundreds of times at once is cut off before all newsletters were gone through for each', async t => {
  const { refused, say } = await stage(t, [newNewsletter('one').address])
  say(Array.from({ length: 1_000 }, (_, i) => encodeHello({ proofs: i % 2 === 0 ? [] : [new Uint8Array(32)] })))
  await until('it is cut off', () => refused.length > 0)
  t.same(refused, ['TOO_MANY_REQUESTS'])
})

t.test('what was told already is not told again', async t => {
  const [first, second] = [newNewsletter('one').address, newNewsletter('two').address]
  const { greeting, heard } = await stage(t, [first])
  for (let i = 0; i < 10; i++) greeting.tell([first])
  greeting.tell([first, second])
  await until('the other one is told of', () => heard.at(-1)!.length > heard[0]!.length)
  t.equal(heard.length, 2)
})
