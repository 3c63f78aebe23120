import { followManual } from '../support/follow-manual.ts'

await followManual('keepers.md')
