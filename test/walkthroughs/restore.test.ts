import { followManual } from '../support/follow-manual.ts'

await followManual('restore.md')
