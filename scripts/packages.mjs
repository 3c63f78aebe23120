import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Failure, say } from './failure.mjs'
import { runProgram } from './run-program.mjs'

const STAMP = 'node_modules/.colporteur-lock'
const WANTED = 'package-lock.json'
const INSTALLED = 'node_modules/.package-lock.json'
// --include=dev: the compiler is one of them, and NODE_ENV=production would leave it out. Without a network npm tries for
// more than two minutes by default; a network that is only slow gets by with shorter pauses. --ignore-scripts: a package runs
// nothing here before somebody has looked at it.
const NPM_OPTIONS = ['--ignore-scripts', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']

/** True when node_modules holds what package-lock.json asks for, whoever installed it. */
export function packagesAreNew (root) {
  const stamp = stampOf(root)
  if (stamp === null) return false
  if (readIfThere(join(root, STAMP)) === stamp) return true
  if (!isInstalled(root)) return false
  remember(root, stamp)
  return true
}

/** @throws Failure with npm's own words */
export async function installPackages (root) {
  const show = process.stderr.isTTY === true
  say('Installing the packages (needs the internet, once; about half a minute) …')
  const started = Date.now()
  const [command, ...args] = npm()
  const { code, output } = await runProgram(command, [...args, 'ci', ...NPM_OPTIONS], {
    cwd: root, show, onWait: seconds => { if (!show) say(`  still installing (${seconds} s)`) }
  })
  if (code !== 0) {
    if (output) say(output.trimEnd())
    throw new Failure(`The packages could not be installed ("npm ci" ended with ${code}). Check the internet connection and the free space on the disk, then try again.`)
  }
  const stamp = stampOf(root)
  if (stamp === null) throw new Failure('"npm ci" succeeded, but node_modules is not complete. Delete the folder node_modules and try again.')
  remember(root, stamp)
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** Hash of package-lock.json. */
export function lockHash (root) {
  const lock = readIfThere(join(root, WANTED))
  if (lock === null) throw new Failure('package-lock.json is missing. Get it back from the repository: it says which packages to install.')
  return createHash('sha256').update(lock).digest('hex')
}

/** The lock file, this platform, and which installation lies there; null: none. */
function stampOf (root) {
  const installed = statSync(join(root, INSTALLED), { throwIfNoEntry: false })
  return installed ? `${lockHash(root)} ${process.platform}-${process.arch} ${installed.size} ${installed.mtimeMs}\n` : null
}

function remember (root, stamp) {
  try {
    writeFileSync(join(root, STAMP), stamp)
  } catch (error) {
    // Where node_modules can not be written, the comparison is made every time: 10 ms.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error
  }
}

/** npm writes down what it installed: that has to be every package of the lock file that this platform needs. */
function isInstalled (root) {
  try {
    const wanted = JSON.parse(readFileSync(join(root, WANTED), 'utf8')).packages
    const installed = JSON.parse(readFileSync(join(root, INSTALLED), 'utf8')).packages
    return Object.entries(wanted).every(([path, entry]) => path === '' || isSame(entry, installed[path]))
  } catch {
    return false // A file that npm has not finished, or that somebody broke: npm writes it again.
  }
}

function isSame (wanted, installed) {
  if (!installed) return wanted.optional === true && !(wanted.os && !wanted.libc && suits(wanted))
  return installed.version === wanted.version && installed.integrity === wanted.integrity
}

function suits ({ os, cpu = [process.arch] }) {
  return os.includes(process.platform) && cpu.includes(process.arch)
}

/** The npm that started this script, or the one on the path. */
function npm () {
  const started = process.env.npm_execpath
  if (started && basename(started) === 'npm-cli.js') return [process.execPath, started]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

function readIfThere (path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
