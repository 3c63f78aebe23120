import t from 'tap'
import { FailureLimit } from '../../console/server/failure-limit.ts'
import { Secrets } from '../../console/server/secrets.ts'
import { codeOf, openRoom } from './room.ts'
import { ISSUE, REF, TOKEN } from './samples.ts'

t.test('a code opens one session, once, and guessing ends soon', async t => {
  const { client } = openRoom(t)
  const code = new URL((await client.createCode()).url).hash.slice('#code='.length)
  t.match(await client.openSession({ body: { code } }), { token: /^\d+\.[\w-]+\.[\w-]+$/ })
  t.equal(await codeOf(client.openSession({ body: { code } })), 'UNAUTHORIZED', 'the second time')
  for (let guess = 0; guess < 9; guess++) t.equal(await codeOf(client.openSession({ body: { code: `guess ${guess}` } })), 'UNAUTHORIZED')
  t.equal(await codeOf(client.openSession({ body: { code: 'one more' } })), 'TOO_MANY_REQUESTS')
  const another = new URL((await client.createCode()).url).hash.slice('#code='.length)
  t.match(await client.openSession({ body: { code: another } }), { token: /./ }, 'who guesses keeps nobody out who has a code')
})

t.test('codes, sessions and passes end in time', async t => {
  let now = 1_700_000_000_000
  const MINUTE = 60_000
  const secrets = new Secrets({ programToken: TOKEN, now: () => now })
  const [early, late] = [secrets.createCode(), secrets.createCode()]
  now += 10 * MINUTE - 1
  const session = secrets.exchangeCode(early)!
  now += 1
  t.equal(secrets.exchangeCode(late), null, 'after ten minutes')

  t.equal(secrets.checkToken(session), 'session')
  t.equal(new Secrets({ programToken: TOKEN, now: () => now }).checkToken(session), 'session', 'after a restart')
  t.equal(new Secrets({ programToken: `${TOKEN}x`, now: () => now }).checkToken(session), null, 'not with another program token')
  t.equal(secrets.checkToken(session.replace(/^\d+/, '9999999999999')), null, 'nor with another end')
  const pass = secrets.createPass(REF)
  t.ok(secrets.checkPass(REF, pass))
  t.notOk(secrets.checkPass(ISSUE, pass))
  t.notOk(secrets.checkPass(REF, `9${pass}`))
  now += 12 * 60 * MINUTE
  t.notOk(secrets.checkPass(REF, pass), 'after twelve hours')
  now += 90 * 24 * 60 * MINUTE
  t.equal(secrets.checkToken(session), null, 'after ninety days')
  t.equal(secrets.checkToken(TOKEN), 'program', 'the program token stays')

  const codes = Array.from({ length: 101 }, () => secrets.createCode())
  t.equal(secrets.exchangeCode(codes[0]!), null, 'a hundred may wait')
  t.ok(secrets.exchangeCode(codes[1]!))

  const limit = new FailureLimit({ most: 2, withinMs: MINUTE, now: () => now })
  limit.count()
  t.notOk(limit.reached)
  limit.count()
  t.ok(limit.reached)
  now += MINUTE
  t.notOk(limit.reached, 'a minute later')
})
