import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderBytes } from '../../shared/folder-bytes.ts'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

/**
 * What an erasure gives back of the disk, at the author and at a reader: real processes, a private DHT on this machine,
 * and an issue with files that nothing can compress.
 */

const FILES = 10
const FILE_BYTES = 10_000_000
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
try {
  await measure()
} finally {
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function measure (): Promise<void> {
  const homes = { author: join(folder, 'author'), reader: join(folder, 'reader') }
  const disk = async (): Promise<string> => `author ${mb(await folderBytes(join(homes.author, 'store')))}, reader ${mb(await folderBytes(join(homes.reader, 'store')))}`
  const [author, reader] = [await startNode(homes.author, dht.addresses), await startNode(homes.reader, dht.addresses)]
  try {
    const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Erased' } })
    await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Stays\n\nText.\n' } } })
    await reader.client.subscribe({ body: { address: newsletter } })
    console.log(`disk of the store with one small issue: ${await disk()}`)

    const { ref: issue } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: await largeIssue() } } })
    const params = { issue }
    await until('the reader has it', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready === 2)
    console.log(`with ${mb(FILES * FILE_BYTES)} more: ${await disk()}`)

    const startedMs = Date.now()
    const { freedBytes } = await author.client.eraseIssue({ params, body: { note: 'Measured.' } })
    console.log(`erased at the author in ${Date.now() - startedMs} ms, which says that ${mb(freedBytes)} are free again`)
    await until('the reader has erased it', async () => {
      const { issue: { change, state } } = await reader.client.getIssue({ params })
      return change === 'erasure' && state === 'ready'
    })
    await until('the reader has compacted', async () => await folderBytes(join(homes.reader, 'store')) < FILES * FILE_BYTES / 2)
    console.log(`${Date.now() - startedMs} ms after the order: ${await disk()}`)
    for (const { process: { child, finished } } of [author, reader]) {
      child.kill('SIGTERM')
      await finished
    }
    console.log(`after both have ended: ${await disk()}`)
  } finally {
    await Promise.all([author.process.kill(), reader.process.kill()])
  }
}

async function largeIssue (): Promise<string> {
  const path = join(folder, 'large')
  await mkdir(path)
  const names = Array.from({ length: FILES }, (_, i) => `film-${i}.bin`)
  for (const name of names) await writeFile(join(path, name), randomBytes(FILE_BYTES))
  await writeFile(join(path, 'index.md'), `# Large\n\n${names.map(name => `[${name}](${name})`).join('\n')}\n`)
  return path
}
