import { followManual } from '../support/follow-manual.ts'

followManual('first-newsletter.md')
