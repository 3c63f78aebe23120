import { once } from 'node:events'
import { serveJobs } from '../serve-jobs.ts'
import { checkPicture } from './check-picture.ts'
import { type AskedBytes, IN_WORDS, type PictureJob } from './picture-job.ts'

serveJobs(IN_WORDS, async ({ sizeBytes, port }: PictureJob) => {
  const read = async function * (start: number, end: number): AsyncGenerator<Uint8Array> {
    const answered = once(port, 'message') as Promise<[bytes: Uint8Array | null]>
    port.postMessage({ start, end } satisfies AskedBytes)
    const [bytes] = await answered
    if (!bytes) throw new Error('The bytes can not be read.')
    yield bytes
  }
  try {
    return await checkPicture({ sizeBytes, read })
  } finally {
    port.close()
  }
})
