import { followManual } from '../support/follow-manual.ts'

await followManual('first-newsletter.md')
