import { once } from 'node:events'
import type { Socket } from 'node:net'
import type SecretStream from '@hyperswarm/secret-stream'
import type { Connection } from 'hyperswarm'
import t from 'tap'
import { limitUnfinishedFrames } from '../../shared/network/unfinished-frames.ts'
import { linkedStreams, type LinkedStreams } from '../support/linked-streams.ts'
import { until } from '../support/until.ts'

const MIB = 1024 * 1024
/** The largest that there can be: its size stands before it in 24 bits. */
const LARGEST = Buffer.from([0xff, 0xff, 0xff])

limitUnfinishedFrames()

function begin ({ other }: LinkedStreams): void {
  rawOf(other).write(Buffer.concat([LARGEST, Buffer.alloc(MIB)]))
}

function hasBegun ({ one }: LinkedStreams): boolean { return (one as unknown as SecretStream)._message !== null }

function rawOf (stream: Connection): Socket { return stream.rawStream as unknown as Socket }

t.test('who sends more than is needed to be known is let go of', async t => {
  const { one, other } = await linkedStreams(t)
  rawOf(other).write(Buffer.concat([LARGEST, Buffer.alloc(10)]))
  await until('it is ended', () => one.destroyed)
})

t.test('large messages that do not come whole take only so much memory', async t => {
  const pairs = await Promise.all(Array.from({ length: 8 }, () => linkedStreams(t)))
  await until('all are connected', () => pairs.every(({ one, other }) => one.remotePublicKey && other.remotePublicKey))
  // By this each knows the other.
  for (const { one, other } of pairs) {
    one.resume()
    other.write(Buffer.from('hello'))
    await once(one, 'data')
  }
  for (const [i, pair] of pairs.entries()) {
    begin(pair)
    await until('it has begun', () => hasBegun(pair))
    t.equal(pairs.filter(({ one }) => one.destroyed).length, Math.max(0, i + 1 - 4), `${i + 1} have begun`)
  }
  t.same(pairs.map(({ one }) => one.destroyed), [true, true, true, true, false, false, false, false], 'who began first goes first')

  // Who finishes takes nothing any more.
  const [finishing, ...others] = pairs.slice(4) as [LinkedStreams, ...LinkedStreams[]]
  finishing.other.destroy()
  await until('it has gone', () => finishing.one.destroyed)
  const next = await linkedStreams(t)
  next.one.resume()
  next.other.write(Buffer.from('hello'))
  await once(next.one, 'data')
  begin(next)
  await until('it has begun', () => hasBegun(next))
  t.ok(others.every(({ one }) => !one.destroyed))
})

t.test('large messages that come whole come through, one after the other', async t => {
  const { one, other } = await linkedStreams(t)
  let heard = 0
  one.on('data', (message: Buffer) => { heard += message.byteLength })
  for (let i = 0; i < 10; i++) other.write(Buffer.alloc(8 * MIB))
  await until('all has come', () => heard === 80 * MIB)
})
