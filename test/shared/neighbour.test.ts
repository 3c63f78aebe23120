import type { InnerCore, ReplicationPeer } from 'hypercore'
import t, { type Test } from 'tap'
import { Neighbour } from '../../shared/network/spreading/neighbour.ts'

const nothing = (): void => {}

/** One that has everything, by its own word, and does not speak our channel; the test says what time it is. */
function neighbour (t: Test): { neighbour: Neighbour, clock: { ms: number } } {
  const clock = { ms: 1_000 }
  t.intercept(performance, 'now', { value: () => clock.ms })
  const peer = {
    stream: { userData: { isProtomux: true, createChannel: () => null } }, remoteOpened: true, remoteUploading: true, remoteFork: 0,
    isActive: () => true, getMaxInflight: () => 1, _remoteHasBlock: () => true
  } as unknown as ReplicationPeer
  const core = { discoveryKey: Buffer.alloc(32), state: { fork: 0, length: 100 } } as unknown as InnerCore
  return { neighbour: new Neighbour(core, peer, { onChanged: nothing, onSpeaks: nothing }), clock }
}

t.test('who says not to have a block is asked for others, and for that one a second later', async t => {
  const { neighbour: one, clock } = neighbour(t)
  one.refuses(7)
  t.notOk(one.has(7))
  t.ok(one.has(8))
  t.ok(one.canBeAsked)
  clock.ms += 1_001
  t.ok(one.has(7))
})

t.test('who says it of many, and gives none, is asked for nothing for a while', async t => {
  const { neighbour: one, clock } = neighbour(t)
  for (let block = 0; block < 31; block++) one.refuses(block)
  t.ok(one.canBeAsked)
  one.came(40)
  for (let block = 0; block < 31; block++) one.refuses(block)
  t.ok(one.canBeAsked, 'one block in between is enough')
  one.refuses(31)
  t.notOk(one.canBeAsked)
  clock.ms += 10_001
  t.ok(one.canBeAsked, 'and not for ever, as Hypercore would have it')
})
