import t from 'tap'
import { BELIEF_MS, type Found, FoundNodes, HOLD_MS, NODES, NODES_PER_HOST, SILENCE_MS } from '../../shared/network/lan/found-nodes.ts'
import { nameOf } from '../support/mdns-talker.ts'

class Stage {
  nowMs = 0
  readonly letGo: Found[] = []
  readonly connected = new Set<string>()
  readonly nodes = new FoundNodes({
    isConnected: key => this.connected.has(key),
    onLetGo: found => { this.letGo.push(found) },
    now: () => this.nowMs
  })

  #names = 0

  hear (host: string, port: number, name = nameOf(this.#names++)): Found | null { return this.nodes.hear({ name, host, port }) }

  /** Names of machines of their own; gives those who are new here. */
  flood (count: number, subnet: number): Found[] {
    return Array.from({ length: count }, (_, i) => this.hear(`10.${subnet}.0.${i % 256}`, 1_000 + i)).filter(found => found !== null)
  }
}

t.test('a node that is not heard for two minutes is believed no more, and one that is stays', async t => {
  const stage = new Stage()
  const [silent, heard] = [stage.hear('10.0.0.1', 1)!, stage.hear('10.0.0.2', 1, 'heard')!]
  for (let ms = 0; ms < BELIEF_MS; ms += 5_000) {
    t.equal(stage.hear('10.0.0.2', 1, 'heard'), null, 'it is called once')
    stage.nowMs += 5_000
  }
  t.notOk(stage.nodes.has(silent))
  t.ok(stage.nodes.has(heard))
  t.same(stage.letGo, [silent])
  t.ok(stage.hear('10.0.0.1', 1), 'when it is heard again, it is new')
})

t.test('one that was silent for a while and is heard again is called at once', async t => {
  const stage = new Stage()
  const found = stage.hear('10.0.0.1', 1)!
  found.attempts = 9
  stage.nowMs += SILENCE_MS
  t.equal(stage.hear('10.0.0.1', 1), found)
  t.equal(found.attempts, 0)
})

t.test('a full list makes room when those in it had their time, the oldest first, and those who are connected stay', async t => {
  const stage = new Stage()
  const [connected, gone] = [stage.hear('10.0.0.1', 1)!, stage.hear('10.0.0.2', 1)!]
  connected.key = 'connected'
  gone.key = 'gone'
  stage.connected.add('connected')
  t.equal(stage.flood(NODES, 1).length, NODES - 2)
  t.equal(stage.hear('10.9.0.1', 1), null, 'however often others are heard, none loses its place before it could be called')
  stage.nowMs += HOLD_MS
  const honest = stage.hear('10.9.0.1', 1)!
  t.ok(stage.nodes.has(honest))
  t.match(stage.letGo, [{ node: { host: '10.1.0.0' } }])
  t.equal(stage.flood(2 * NODES, 2).length, NODES - 2, 'all others make room')
  t.ok(stage.nodes.has(connected))
  t.ok(stage.nodes.has(honest))
  t.notOk(stage.nodes.has(gone))
  t.equal(stage.letGo.at(-1), gone, 'last of all who was reached once')
})

t.test('one machine does not take all places, and has nobody else\'s by taking their name', async t => {
  const stage = new Stage()
  const ports = Array.from({ length: NODES }, (_, i) => stage.hear('10.0.0.1', 1 + i)).filter(found => found !== null)
  t.equal(ports.length, NODES_PER_HOST)
  const honest = stage.hear('10.0.0.2', 1, 'honest')!
  stage.nowMs += HOLD_MS
  t.ok(stage.hear('10.0.0.1', 999, 'honest'))
  t.same(stage.letGo, [ports[0]], 'more names of it take the place of its own')
  t.ok(stage.nodes.has(honest))
  stage.nodes.leave({ name: 'honest', host: '10.0.0.1' })
  t.ok(stage.nodes.has(honest), 'nor does it say goodbye for them')
  stage.nodes.leave({ name: 'honest', host: '10.0.0.2' })
  t.notOk(stage.nodes.has(honest))
})
