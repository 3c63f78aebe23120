import t from 'tap'
import { MessageLimit } from '../../shared/network/message-limit.ts'

t.test('a clock that is set gives nobody more messages, nor fewer', t => {
  let clockMs = Date.now()
  t.intercept(Date, 'now', { value: () => clockMs })
  const limit = new MessageLimit(2)
  limit.count()
  limit.count()
  clockMs += 60 * 60 * 1000
  t.throws(() => limit.count(), { code: 'TOO_MANY_REQUESTS' })
  t.end()
})
