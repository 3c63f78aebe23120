import { followManual } from '../support/follow-manual.ts'

followManual('wrong-ways.md')
