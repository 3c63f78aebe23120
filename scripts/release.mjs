// npm run release: puts together what is handed out (dist/release): the sources as they are committed, what the program is made of,
// and the sums of both, which whoever releases signs. With --check FOLDER [--key FILE]: whether such a folder is what was signed.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { verifySignature } from '../dist/shared/format/signature.js'
import { Failure, say } from './failure.mjs'
import { root } from './preparing.mjs'

const SUMS = 'SHA256SUMS'
const SIGNATURE = `${SUMS}.minisig`
/** Of the key for releases; its secret is nowhere in this repository. */
const PUBLIC_KEY = 'release.pub'

const { values } = parseArgs({ options: { check: { type: 'string' }, key: { type: 'string' } } })
try {
  if (values.check === undefined) await make()
  else await check(values.check, values.key ?? join(root, PUBLIC_KEY))
} catch (error) {
  if (!error.forPeople && !error.code) throw error
  say(error.message)
  process.exitCode = 1
}

async function make () {
  if (git('status', '--porcelain') !== '') throw new Failure('Something is not committed: what is released has to be what the history says. Commit it, or put it aside.')
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const folder = join(root, 'dist/release')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const name = `colporteur-${version}`
  git('archive', '--format=tar.gz', `--prefix=${name}/`, '-o', join(folder, `${name}.tar.gz`), 'HEAD')
  execFileSync(process.execPath, [join(root, 'scripts/sbom.mjs')], { stdio: 'ignore' })
  await copyFile(join(root, 'dist/sbom.cdx.json'), join(folder, `${name}.cdx.json`))
  const lines = []
  for (const file of (await readdir(folder)).sort()) lines.push(`${await sumOf(join(folder, file))}  ${file}\n`)
  await writeFile(join(folder, SUMS), lines.join(''))
  console.log(`${name} lies in ${folder}, from commit ${git('rev-parse', 'HEAD')}.`)
  console.log(`Sign it: minisign -S -m ${join(folder, SUMS)} -t 'colporteur ${version}'`)
  if (!existsSync(join(root, PUBLIC_KEY))) console.log(`There is no key for releases yet: minisign -G -p ${PUBLIC_KEY} -s WHERE-NOBODY-ELSE-READS, and commit ${PUBLIC_KEY}.`)
}

async function check (folder, keyFile) {
  const key = (await read(keyFile)).trim().split('\n').at(-1)
  const sums = await read(join(folder, SUMS))
  const { trustedComment } = verifySignature(new TextEncoder().encode(sums), await read(join(folder, SIGNATURE)), key)
  for (const line of sums.trimEnd().split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? fail(`${SUMS} has a line that names no file: ${line}`)
    if (!existsSync(join(folder, file))) fail(`${file} is not there.`)
    if (await sumOf(join(folder, file)) !== sum) fail(`${file} is not what was signed. Do not use it.`)
    console.log(`${file}: as it was signed`)
  }
  console.log(`Signed as: ${trustedComment}`)
}

async function read (file) {
  return await readFile(file, 'utf8').catch(() => fail(`${file} can't be read.`))
}

async function sumOf (file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function git (...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
}

function fail (message) {
  throw new Failure(message)
}
