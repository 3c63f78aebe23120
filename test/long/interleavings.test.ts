import t from 'tap'
import { interleave } from '../support/interleaving.ts'

const ROUNDS = 12

for (let round = 1; round <= ROUNDS; round++) {
  t.test(`whatever five nodes do in whatever order, all have the same list when they are together (${round} of ${ROUNDS})`, t => interleave(t, 30))
}
