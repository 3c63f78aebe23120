import Protomux, { type Channel } from 'protomux'
import t from 'tap'
import { guardProtomux } from '../../shared/network/guard-protomux.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { until } from '../support/until.ts'

const nothing = (): void => {}
const BYTE = {
  preencode: (state: { end: number }) => { state.end++ },
  encode: (state: { buffer: Buffer, start: number }, byte: number) => { state.buffer[state.start++] = byte },
  decode: (state: { buffer: Buffer, start: number }) => state.buffer[state.start++]
}

guardProtomux()

/** One frame of so many batches, each in the one before. */
function nestedBatches (depth: number): Buffer {
  const frame = Buffer.alloc(depth * 7 + 3)
  for (let level = 0; level < depth; level++) {
    const at = 7 * level + 3
    frame[at] = 0xfe // a length of 32 bits follows
    frame.writeUInt32LE(Math.max(1, (depth - level - 1) * 7), at + 1)
  }
  return frame
}

t.test('batches of messages in batches end the connection alone', async t => {
  for (const depth of [2, 4_000]) {
    const { one, other } = await linkedStreams(t)
    Protomux.from(one)
    other.write(nestedBatches(depth))
    await until('it is ended', () => one.destroyed)
  }
})

t.test('what is taken for an error in the program, in dealing with a message, ends the connection alone', async t => {
  const { one, other } = await linkedStreams(t)
  const open = (channel: Channel, onmessage: () => void): ReturnType<Channel['addMessage']> => {
    const message = channel.addMessage({ encoding: BYTE, onmessage })
    channel.open()
    return message
  }
  open(Protomux.from(one).createChannel({ protocol: 'test' })!, () => { throw new TypeError('of the program') })
  const { send } = open(Protomux.from(other).createChannel({ protocol: 'test' })!, nothing)
  send(7 as never)
  await until('it is ended', () => one.destroyed)
})

t.test('a batch of messages is dealt with', async t => {
  const { one, other } = await linkedStreams(t)
  const heard: number[] = []
  const [own, theirs] = [one, other].map(stream => Protomux.from(stream).createChannel({ protocol: 'test' })!) as [Channel, Channel]
  own.addMessage({ encoding: BYTE, onmessage: byte => { heard.push(byte as unknown as number) } })
  const message = theirs.addMessage({ encoding: BYTE, onmessage: nothing })
  const { cork, uncork } = Protomux.prototype as unknown as Record<'cork' | 'uncork', () => void>
  cork.call(Protomux.from(other))
  own.open()
  theirs.open()
  for (const byte of [1, 2, 3]) message.send(byte as never)
  uncork.call(Protomux.from(other))
  await until('all is heard', () => heard.length === 3)
  t.same(heard, [1, 2, 3])
})
