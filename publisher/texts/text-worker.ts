import { serveJobs } from '../../shared/serve-jobs.ts'
import { IN_WORDS, type TextJob } from './text-job.ts'
import { textJobs } from './text-jobs.ts'

serveJobs(IN_WORDS, ({ name, args }: TextJob) => Reflect.apply(textJobs[name], undefined, args) as unknown)
