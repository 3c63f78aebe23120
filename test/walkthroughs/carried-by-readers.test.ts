import { followManual } from '../support/follow-manual.ts'

followManual('carried-by-readers.md')
