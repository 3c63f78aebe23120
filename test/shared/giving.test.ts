import type { InnerCore } from 'hypercore'
import t, { type Test } from 'tap'
import { Giving } from '../../shared/network/spreading/giving.ts'
import type { Neighbour } from '../../shared/network/spreading/neighbour.ts'
import type { Outbox, Parcel } from '../../shared/network/spreading/outbox.ts'

const BLOCK = 7

interface Asking {
  clock: { ms: number }
  first: Parcel
  second: Parcel
  /** What waits to be sent. */
  waiting: Set<Parcel>
  /** The first goes. */
  leave: () => void
}

/** A node that has a block, and two that ask it for that; nothing is sent but by the test, which says what time it is, too. */
async function twoWhoAsk (t: Test, { isWriter }: { isWriter: boolean }): Promise<Asking> {
  const clock = { ms: 1_000 }
  t.intercept(performance, 'now', { value: () => clock.ms })
  const waiting = new Set<Parcel>()
  const giving = new Giving({
    core: { bitfield: { get: () => true }, state: { length: 10, byteLength: 10 } } as unknown as InnerCore,
    outbox: { add: (parcel: Parcel) => { waiting.add(parcel) }, remove: (parcel: Parcel) => { waiting.delete(parcel) }, pump: () => {} } as unknown as Outbox,
    isIndex: () => false,
    isWriter: () => isWriter,
    givesOnce: () => true,
    isComing: () => false
  })
  const neighbours: Neighbour[] = []
  for (const id of [1, 2]) {
    const peer = { onrequest: async () => {}, oncancel: () => {}, remoteRequests: new Map(), pushedLength: 0, _handleRequest: async () => {} }
    // It has not said that it has the block, which Hypercore says only to those who look for it.
    const neighbour = { peer, connection: {}, speaks: true, has: () => false } as unknown as Neighbour
    neighbours.push(neighbour)
    giving.join(neighbour)
    await (peer.onrequest as (message: object) => Promise<void>)({ id, block: { index: BLOCK, nodes: 0 } })
  }
  const [first, second] = [...waiting] as [Parcel, Parcel]
  return { clock, first, second, waiting, leave: () => giving.leave(neighbours[0]!) }
}

t.test('who has everything sends a block to a second node soon after it has come to the first', async t => {
  const { clock, first, second } = await twoWhoAsk(t, { isWriter: false })
  t.equal(second.copies(), 0)
  await first.send()
  t.equal(second.copies(), Infinity, 'it can come from there')
  clock.ms += 100
  first.onArrived!()
  clock.ms += 390
  t.equal(second.copies(), Infinity)
  clock.ms += 20
  t.equal(second.copies(), 0, 'but who has not got it by then is not made to wait')
})

t.test('on a line that takes long it waits as long again', async t => {
  const { clock, first, second } = await twoWhoAsk(t, { isWriter: false })
  await first.send()
  clock.ms += 900
  first.onArrived!()
  clock.ms += 890
  t.equal(second.copies(), Infinity)
  clock.ms += 20
  t.equal(second.copies(), 0)
})

t.test('the writer waits three seconds, and so does who does not know that it has come to the first', async t => {
  for (const isWriter of [true, false]) {
    const { clock, first, second } = await twoWhoAsk(t, { isWriter })
    await first.send()
    if (isWriter) first.onArrived!()
    clock.ms += 2_990
    t.equal(second.copies(), Infinity)
    clock.ms += 20
    t.not(second.copies(), Infinity)
  }
})

t.test('on a line that takes long the writer waits until the first can have passed it on to all', async t => {
  const { clock, first, second } = await twoWhoAsk(t, { isWriter: true })
  await first.send()
  clock.ms += 2_000
  first.onArrived!()
  clock.ms += 3_990
  t.equal(second.copies(), Infinity)
  clock.ms += 20
  t.not(second.copies(), Infinity)
})

t.test('nothing waits for who has gone, and nobody waits for what was on its way there', async t => {
  const waits = await twoWhoAsk(t, { isWriter: true })
  waits.leave()
  t.strictSame([...waits.waiting], [waits.second], 'the other one is still served')

  const gets = await twoWhoAsk(t, { isWriter: true })
  await gets.first.send()
  t.equal(gets.second.copies(), Infinity)
  gets.leave()
  t.equal(gets.second.copies(), 0)
})
