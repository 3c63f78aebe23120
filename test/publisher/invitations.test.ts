import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Invitations } from '../../publisher/root/invitations.ts'
import { changeByHand, turnBitIn } from '../support/by-hand.ts'

const NEWSLETTER = 'y'.repeat(52)

t.test('a list of invitations in which a bit has turned over lets nobody in', async t => {
  const folder = t.testdir({})
  await mkdir(join(folder, NEWSLETTER))
  const invitations = new Invitations(folder)
  await invitations.invite(NEWSLETTER, { name: 'Ann' })
  await invitations.invite(NEWSLETTER, { name: 'Ines', expires: '2030-01-05' })
  const file = join(folder, NEWSLETTER, 'invitations.json')
  await changeByHand(file)
  await t.resolves(invitations.invite(NEWSLETTER, { name: 'Ida' }), 'one of an earlier version has no check')
  await turnBitIn(file, '2030')
  await t.rejects(invitations.invite(NEWSLETTER, { name: 'Eva' }), { code: 'BAD_CONFIG', message: /damaged, or was changed by hand\. .* takes out its last member, "check"/ })
})
