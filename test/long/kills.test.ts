import t from 'tap'
import { killPublisher, killReader } from '../support/kill-storm.ts'

const KILLS = 20

t.test(`a publisher killed ${KILLS} times during bulk publishing loses nothing and shows nothing half`, t => killPublisher(t, KILLS))
t.test(`a reader killed ${KILLS} times during a download goes on where it was`, t => killReader(t, KILLS))
