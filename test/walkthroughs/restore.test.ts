import { followManual } from '../support/follow-manual.ts'

followManual('restore.md')
