import t from 'tap'
import type { Log } from '../../shared/log.ts'
import { Turns } from '../../shared/turns.ts'
import { DuePolicies, type DuePoliciesParts } from '../../subscriber/policy/due-policies.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const ADDRESS = 'a'.repeat(52)
const AN_HOUR_MS = 3_600_000

function dueWith (parts: Partial<DuePoliciesParts>): { due: DuePolicies, applied: () => number } {
  let applied = 0
  const apply = async (): Promise<void> => { applied++ }
  return { due: new DuePolicies({ turns: new Turns(), log, isChanging: () => false, apply, ...parts }), applied: () => applied }
}

t.test('a policy is applied once, when an index has been read', async t => {
  let isChanging = true
  const { due, applied } = dueWith({ isChanging: () => isChanging, latestMs: AN_HOUR_MS })
  for (let i = 0; i < 3; i++) due.soon(ADDRESS)
  due.look(ADDRESS)
  isChanging = false
  t.equal(applied(), 0)
  for (let i = 0; i < 3; i++) due.look(ADDRESS)
  await until('it is applied', () => applied() > 0)
  await due.stop()
  t.equal(applied(), 1)
})

t.test('an index that goes on being read keeps no policy from being applied, again and again', async () => {
  const { due, applied } = dueWith({ isChanging: () => true, latestMs: 1 })
  for (let round = 1; round <= 3; round++) {
    due.soon(ADDRESS)
    due.look(ADDRESS)
    await until('it is applied', () => applied() === round)
  }
  await due.stop()
})

t.test('what failed is done again', async t => {
  let [begun, told] = [0, 0]
  const apply = async (): Promise<void> => { if (++begun === 1) throw new Error('The disk is full.') }
  const { due } = dueWith({ apply, latestMs: 1, log: { error: () => { told++ } } as unknown as Log })
  due.soon(ADDRESS)
  await until('it is done again', () => begun === 2)
  await due.stop()
  t.equal(told, 1)
  due.soon(ADDRESS)
  await due.stop()
  t.equal(begun, 2, 'and nothing is done after the end')
})
