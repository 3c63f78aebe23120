import { followManual } from '../support/follow-manual.ts'

followManual('keepers.md')
