import type Corestore from 'corestore'
import type { InflightRequest, ReplicationPeer, Replicator } from 'hypercore'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { StalledPeers } from '../../shared/network/stalled-peers.ts'

const NOTHING = { fork: 0, block: null, hash: null, seek: null, upgrade: null, manifest: null }

const BLOCKS = 8
const LOOK_MS = 250

/** Peers of one core, on a clock that is set by hand. */
class Stage {
  /** From whom something was taken back, in order. */
  readonly takenBack: string[] = []
  #ms = 1_000
  #ids = 0
  #stalled: StalledPeers
  #names = new Map<ReplicationPeer, string>()
  #inflight: InflightRequest[] = []
  #replicator: Replicator

  constructor () {
    const peers: ReplicationPeer[] = []
    this.#replicator = {
      peers, core: { state: { length: BLOCKS } }, _manifestPeer: null, destroyed: false, _blocks: { get: () => null }, _inflight: this.#inflight,
      queueUpdateAll: () => {},
      _onnodata: (_peer: ReplicationPeer, request: InflightRequest) => { this.#inflight.splice(this.#inflight.indexOf(request), 1) },
      _addPeer: (peer: ReplicationPeer) => { peers.push(peer) }
    } as unknown as Replicator
    const store = { watch: (onCore: (core: object) => void) => onCore({ replicator: this.#replicator }) } as unknown as Corestore
    this.#stalled = new StalledPeers(store, peer => this.takenBack.push(this.#names.get(peer)!), () => this.#ms)
    this.#stalled.close() // it looks when it is told to
  }

  /** @param has blocks from the first one on */
  connect (name: string, has = BLOCKS): ReplicationPeer {
    const send = (): boolean => true
    const peer = {
      stream: { once: () => {}, rawBytesRead: 0 }, remoteFork: 0, removed: false,
      remoteLength: has, remoteContiguousLength: has, _remoteHasBlock: (block: number) => block < has,
      wireRequest: { send }, wireCancel: { send }, wireData: { send }, ondata: async () => {}, onnodata: () => {},
      getMaxInflight: () => 64, getMaxHotswapInflight: () => 16, _requestBlock: () => true,
      _cancelRequest: (request: InflightRequest) => peer.wireCancel.send({ request: request.id })
    } as unknown as ReplicationPeer
    this.#names.set(peer, name)
    this.#replicator._addPeer(peer)
    return peer
  }

  ask (peer: ReplicationPeer): number {
    const request = { peer, id: ++this.#ids, fork: 0, block: { index: 0, nodes: 0 }, hash: null, seek: null, upgrade: null } as unknown as InflightRequest
    this.#inflight.push(request)
    peer.wireRequest.send(request)
    return request.id
  }

  /** It gives the block that it was asked for by a request, whose proof holds. */
  async give (peer: ReplicationPeer, id: number): Promise<void> {
    Object.assign(peer.stream, { rawBytesRead: peer.stream.rawBytesRead + 65_536 })
    await peer.ondata({ ...NOTHING, request: id, block: { index: 0, value: new Uint8Array(1), nodes: [] } })
    this.#stalled.gave(peer.stream)
    const at = this.#inflight.findIndex(request => request.id === id)
    if (at !== -1) this.#inflight.splice(at, 1)
  }

  pass (ms: number): void {
    for (let i = 0; i < ms; i += LOOK_MS) this.passUnseen(LOOK_MS)
  }

  /** The event loop has no turn all the while. */
  passUnseen (ms: number): void {
    this.#ms += ms
    this.#stalled.look()
  }

  isAsked (peer: ReplicationPeer): boolean { return peer.getMaxInflight() > 0 }

  /** It does not answer, and then gives back what it was asked for; how long it is left out after that. */
  stall (peer: ReplicationPeer): number {
    this.ask(peer)
    this.pass(2_500)
    let restMs = 0
    for (; !this.isAsked(peer) && restMs < 1_000_000; restMs += LOOK_MS) this.pass(LOOK_MS)
    return restMs
  }
}

/** An author who has given a block. */
async function openStage (): Promise<{ stage: Stage, author: ReplicationPeer }> {
  const stage = new Stage()
  const author = stage.connect('author')
  await stage.give(author, stage.ask(author))
  return { stage, author }
}

t.test('who has given blocks and is slow is not left out for those who have given none', async t => {
  const { stage, author } = await openStage()
  const mute = stage.connect('mute')
  stage.ask(author)
  stage.pass(2_500)
  t.same(stage.takenBack, ['author'], 'what it was asked for is asked of others')
  t.ok(stage.isAsked(author))
  stage.ask(mute)
  stage.pass(5_000)
  t.notOk(stage.isAsked(mute), 'but they are for it, which does not rest for long')
  t.ok(stage.isAsked(author))
})

t.test('where all are silent all are asked, and give back every few seconds what they do not give', async t => {
  const { stage, author } = await openStage()
  const all = [author, ...['a', 'b', 'c'].map(name => stage.connect(name))]
  for (let round = 1; round <= 4; round++) {
    for (const peer of all) stage.ask(peer)
    stage.pass(2_500)
    t.equal(stage.takenBack.length, 4 * round)
    t.ok(stage.isAsked(author), 'also who has given blocks')
  }
})

t.test('who has given blocks never rests for longer than a few seconds, and who has answered and given none for longer each time', async t => {
  const { stage, author } = await openStage()
  const other = stage.connect('other')
  await stage.give(other, stage.ask(other))
  for (let i = 0; i < 8; i++) t.ok(within(stage.stall(author), 2_000, 5_500), `time ${i + 1}`)
  stage.pass(12_000)
  const mute = stage.connect('mute')
  await mute.ondata({ ...NOTHING, request: stage.ask(mute) })
  const rests = Array.from({ length: 6 }, () => Math.round(stage.stall(mute) / 10_000))
  t.same(rests, [1, 2, 4, 8, 12, 12], 'tens of seconds')
})

t.test('who answers late is asked again at once', async t => {
  const { stage, author } = await openStage()
  const other = stage.connect('other')
  await stage.give(other, stage.ask(other))
  const id = stage.ask(author)
  stage.pass(2_500)
  t.notOk(stage.isAsked(author))
  await stage.give(author, id)
  t.ok(stage.isAsked(author))
  stage.ask(author)
  stage.pass(2_500)
  await stage.give(author, 1_000)
  t.notOk(stage.isAsked(author), 'blocks that it was not asked for are no answer')
})

t.test('nobody is blamed for the time in which this node had no turn', async t => {
  const { stage, author } = await openStage()
  stage.connect('mute')
  stage.ask(author)
  stage.passUnseen(10_000)
  stage.pass(1_500)
  t.same(stage.takenBack, [])
  stage.pass(1_000)
  t.same(stage.takenBack, ['author'])
})

t.test('who never answered is left out for who gives a sign, as soon as one of them takes long', async t => {
  const stage = new Stage()
  const mute = ['a', 'b', 'c'].map(name => stage.connect(name))
  const author = stage.connect('author')
  stage.ask(mute[0]!)
  stage.pass(500)
  t.ok([...mute, author].every(peer => stage.isAsked(peer)), 'for so long anybody may take')
  stage.pass(250)
  t.same(stage.takenBack, [], 'nobody else has given a sign')
  await author.ondata({ ...NOTHING, request: 0 })
  await setImmediate()
  t.same(stage.takenBack, ['a'], 'it has, and nothing waits for the next look')
  t.same([...mute, author].map(peer => stage.isAsked(peer)), [false, false, false, true])
  const late = stage.connect('late')
  t.notOk(stage.isAsked(late), 'nor is asked who comes later')
  stage.pass(250)
  await late.ondata({ ...NOTHING, request: 0 })
  t.ok(stage.isAsked(late), 'before it gives a sign, which it is asked for')
  stage.pass(2 * 60_000)
  t.ok(stage.isAsked(mute[1]!), 'it is not for ever')
})

t.test('who alone has what is wanted is asked on', async t => {
  const { stage, author } = await openStage()
  const partial = stage.connect('partial', 3)
  await stage.give(partial, stage.ask(partial))
  stage.ask(author)
  stage.pass(2_500)
  t.same(stage.takenBack, ['author'])
  t.ok(stage.isAsked(author))
  const boasting = stage.connect('boasting', 1_000)
  stage.ask(boasting)
  stage.pass(2_500)
  stage.pass(3_000)
  t.notOk(stage.isAsked(boasting), 'what nobody has proved to exist does not count')
})

t.test('nobody is blamed for not giving what it has not got yet', async t => {
  const { stage } = await openStage()
  const other = stage.connect('other', 0)
  stage.ask(other)
  stage.pass(9_000)
  t.same(stage.takenBack, [])
})

function within (value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
