import { EventEmitter } from 'node:events'
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { Succession, type SuccessionParts } from '../../subscriber/following/succession.ts'
import { log } from '../support/network.ts'

interface Stage {
  followed: Map<string, { continues?: string, led?: string }>
  /** The newsletter's root names another as the one that continues it, and what comes of that is done. */
  name (address: string, successor: string): Promise<void>
}

async function stage (t: Test, first: string): Promise<Stage> {
  const followed: Stage['followed'] = new Map([[first, {}]])
  const roots = new Map<string, { chain: { newest: { successor: string } } }>()
  const change = (address: string, made: object): void => { followed.set(address, { ...followed.get(address), ...made }) }
  const following = Object.assign(new EventEmitter(), {
    all: [],
    has: (address: string) => followed.has(address),
    get: (address: string) => ({ followed: { role: 'subscribed', ...followed.get(address) }, root: roots.get(address) }),
    follow: async (address: string, _role: string, options: object) => change(address, options),
    remember: async (address: string, made: object) => change(address, made)
  })
  const succession = new Succession({ following, roots: { get: async (address: string) => roots.get(address) }, log } as unknown as SuccessionParts)
  await succession.ready()
  t.teardown(() => succession.close())
  return {
    followed,
    name: async (address, successor) => {
      roots.set(address, { chain: { newest: { successor } } })
      following.emit('newsletterChanged', address)
      await succession.settled()
    }
  }
}

const newAddress = (): string => z32.encode(randomBytes(32))

t.test('a newsletter leads its readers on once, whichever others it names after', async t => {
  const first = newAddress()
  const { followed, name } = await stage(t, first)
  const named = Array.from({ length: 20 }, newAddress)
  for (const successor of named) await name(first, successor)
  t.same([...followed.keys()], [first, named[0]])
  t.match(followed.get(named[0]!), { continues: first })

  followed.delete(named[0]!)
  for (const successor of [named[1]!, named[0]!]) await name(first, successor)
  t.same([...followed.keys()], [first], 'nor to one from which its reader has unsubscribed')
})

t.test('readers are not led back to a newsletter that they have left for the one that continues it', async t => {
  const [first, second] = [newAddress(), newAddress()]
  const { followed, name } = await stage(t, first)
  await name(first, second)
  followed.delete(first)
  await name(second, first)
  t.same([...followed.keys()], [second])
})
