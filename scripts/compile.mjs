import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Failure, say } from './failure.mjs'
import { lockHash } from './packages.mjs'
import { runProgram } from './run-program.mjs'

export const SOURCE_FOLDERS = ['shared', 'publisher', 'subscriber', 'console', 'test']
const STAMP = 'dist/.built'
const NOTES = ['dist/.tsbuildinfo', 'dist/.tsbuildinfo-browser']
const COMPILER = 'node_modules/@typescript/native/bin/tsc'
const PAGE_BUNDLER = 'node_modules/vite/bin/vite.js'
const PROGRAM_BUNDLER = 'node_modules/rolldown/bin/cli.mjs'
/** Programs that know a browser: one of its own, apart from those that know Node alone. */
const BROWSER_TESTS = 'test/browser'
const PAGE = 'console/web'
const BUILT_PAGE = 'dist/web'
/** What the program loads beside the files that start it. */
const BUILT_PROGRAM = 'dist/program'
const SETTINGS = ['tsconfig.json', `${BROWSER_TESTS}/tsconfig.json`, 'vite.config.js', 'rolldown.config.js', 'scripts/bundling.mjs', 'package.json']

/** True when dist is what the sources, the settings and the installed compiler give. */
export function buildIsNew (root) {
  const sources = sourcesOf(root)
  return readStamp(root) === stampOfBuild(root, sources) && missingOf(root, sources).length === 0 && isThere(join(root, BUILT_PAGE, 'index.html'))
}

/** @throws Failure when the type check finds something; its words were said before */
export async function compile (root) {
  const started = Date.now()
  const sources = sourcesOf(root)
  const stamp = stampOfBuild(root, sources)
  say('Building …')
  rmSync(join(root, STAMP), { force: true })
  const removed = removeStale(root, sources)
  // The compiler trusts its notes and would not write again what somebody deleted.
  if (missingOf(root, sources).length > 0) NOTES.forEach(path => rmSync(join(root, path), { force: true }))
  await run(root, [COMPILER, '-p', '.'])
  await run(root, [COMPILER, '-p', BROWSER_TESTS])
  await run(root, [COMPILER, '-p', PAGE])
  await run(root, [PAGE_BUNDLER, 'build', '--config', 'vite.config.js'])
  rmSync(join(root, BUILT_PROGRAM), { recursive: true, force: true })
  await run(root, [PROGRAM_BUNDLER, '--config', 'rolldown.config.js'])
  writeFileSync(join(root, `${STAMP}.new`), stamp)
  renameSync(join(root, `${STAMP}.new`), join(root, STAMP))
  say(`Built ${sources.length} files in ${((Date.now() - started) / 1000).toFixed(1)} s${removed > 0 ? `, removed ${removed} old ones` : ''}.`)
}

/** @throws Failure when it finds something wrong */
async function run (root, [program, ...args]) {
  const { code, output } = await runProgram(process.execPath, [join(root, program), ...args], { cwd: root })
  if (code === 0) return
  say(output.trimEnd())
  throw new Failure('The build failed: see the messages above.')
}

function sourcesOf (root) {
  return SOURCE_FOLDERS.flatMap(folder => filesUnder(join(root, folder)))
    .filter(path => path.endsWith('.ts') && !path.startsWith(join(root, PAGE)))
    .map(path => relative(root, path))
    .sort()
}

function pageSourcesOf (root) {
  return filesUnder(join(root, PAGE)).map(path => relative(root, path)).sort()
}

function stampOfBuild (root, sources) {
  const hash = createHash('sha256').update(lockHash(root))
  for (const path of [...sources, ...pageSourcesOf(root), ...SETTINGS]) {
    const { mtimeMs, size } = statSync(join(root, path))
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  return `${hash.digest('hex')}\n`
}

function readStamp (root) {
  const path = join(root, STAMP)
  return isThere(path) ? readFileSync(path, 'utf8') : null
}

function isThere (path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function missingOf (root, sources) {
  const built = new Set(filesUnder(join(root, 'dist')))
  return sources.filter(path => !path.endsWith('.d.ts') && !built.has(builtPath(root, path)))
}

/** A test or a module whose source is gone must not run on. */
function removeStale (root, sources) {
  const wanted = new Set(sources.map(path => builtPath(root, path)))
  mkdirSync(join(root, 'dist'), { recursive: true })
  const isBundled = path => [BUILT_PAGE, BUILT_PROGRAM].some(folder => path.startsWith(join(root, folder, sep)))
  const stale = filesUnder(join(root, 'dist')).filter(path => !isBundled(path) && /\.js(\.map)?$/.test(path) && !wanted.has(path.replace(/\.map$/, '')))
  for (const path of stale) rmSync(path, { force: true })
  for (const folder of SOURCE_FOLDERS) removeEmpty(join(root, 'dist', folder))
  return stale.length
}

function removeEmpty (folder) {
  for (const entry of list(folder)) if (entry.isDirectory()) removeEmpty(join(folder, entry.name))
  if (isThere(folder) && list(folder).length === 0) rmdirSync(folder)
}

function builtPath (root, source) {
  return join(root, 'dist', source.replace(/\.ts$/, '.js'))
}

/** Files under a folder; those whose name begins with a dot, and what lies in such folders, left out. */
export function filesUnder (folder) {
  return list(folder).filter(entry => !entry.name.startsWith('.')).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

function list (folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
