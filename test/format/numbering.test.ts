import t from 'tap'
import { numbered } from '../../shared/format/numbering.ts'
import { random, shuffled } from '../support/random.ts'
import { readVectors, signedNumbers } from './make-vectors.ts'

t.test('issues of several writers are numbered as the vectors say, in whatever order they come', async t => {
  const { numbers } = await readVectors()
  t.same(numbers.map(({ shown }) => shown), [1, 2, 3, 4, 5, 6, 7, 9, 10, 20])
  const draw = random(t, 1)
  for (let i = 0; i < 50; i++) {
    t.same(numbered(shuffled(signedNumbers(), draw)).map(({ issue, shown }) => ({ ...issue, shown })), numbers)
  }
})

t.test('no number is shown twice, none is lower than it was signed, and none is higher than it has to be', async t => {
  const draw = random(t)
  for (let round = 0; round < 200; round++) {
    const issues = Array.from({ length: 30 }, (_, i) => ({
      number: 1 + Math.floor(draw() * 20), publishedAt: `2026-01-01T00:00:0${Math.floor(draw() * 4)}.000Z`, id: String(i).padStart(26, '0')
    }))
    let before = 0
    for (const { issue, shown } of numbered(issues)) {
      t.ok(shown > before && shown >= issue.number)
      t.ok(shown === issue.number || shown === before + 1)
      before = shown
    }
  }
})
