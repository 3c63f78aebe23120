import { followManual } from '../support/follow-manual.ts'

await followManual('carried-by-readers.md')
