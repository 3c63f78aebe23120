import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { createSigningKey, sign } from '../../shared/format/signature.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/release.mjs', import.meta.url))

t.test('a release that is not what was signed is refused', async t => {
  const folder = join(t.testdir(), 'release')
  await mkdir(folder)
  const key = createSigningKey()
  const keyFile = join(folder, 'release.pub')
  const archive = join(folder, 'colporteur-1.0.0.tar.gz')
  const sums = join(folder, 'SHA256SUMS')
  const contents = { archive: 'an archive', sums: `${createHash('sha256').update('an archive').digest('hex')}  colporteur-1.0.0.tar.gz\n` }
  const reset = async (): Promise<void> => {
    await writeFile(keyFile, `untrusted comment: minisign public key\n${key.publicKey}\n`)
    await writeFile(archive, contents.archive)
    await writeFile(sums, contents.sums)
    await writeFile(`${sums}.minisig`, sign(Buffer.from(contents.sums), key, 'colporteur 1.0.0'))
  }
  const check = async (): Promise<{ failed: boolean, said: string }> => await promisify(execFile)(process.execPath, [SCRIPT, '--check', folder, '--key', keyFile])
    .then(({ stdout }) => ({ failed: false, said: stdout }), (error: { stderr: string }) => ({ failed: true, said: error.stderr }))

  await reset()
  t.match(await check(), { failed: false, said: /colporteur-1\.0\.0\.tar\.gz: as it was signed\nSigned as: colporteur 1\.0\.0/ })
  await writeFile(archive, 'another archive')
  t.match(await check(), { failed: true, said: /is not what was signed/ })
  await writeFile(sums, `${createHash('sha256').update('another archive').digest('hex')}  colporteur-1.0.0.tar.gz\n`)
  t.match(await check(), { failed: true, said: /signature does not fit/ }, 'nor with sums that fit')
  await reset()
  await writeFile(keyFile, `untrusted comment: minisign public key\n${createSigningKey().publicKey}\n`)
  t.match(await check(), { failed: true, said: /another key/ })
  await reset()
  const above = `${'0'.repeat(64)}  ../package.json\n`
  await writeFile(sums, above)
  await writeFile(`${sums}.minisig`, sign(Buffer.from(above), key, 'colporteur 1.0.0'))
  t.match(await check(), { failed: true, said: /names no file/ }, 'and names that lead elsewhere')
})
