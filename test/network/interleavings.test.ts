import t from 'tap'
import { interleave } from '../support/interleaving.ts'

t.test('whatever five nodes do in whatever order, all have the same list when they are together', t => interleave(t, 10))
