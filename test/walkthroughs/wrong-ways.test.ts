import { followManual } from '../support/follow-manual.ts'

await followManual('wrong-ways.md')
