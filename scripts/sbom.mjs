// npm run sbom: writes dist/sbom.cdx.json, what the program is made of (CycloneDX), and tells which packages have come, gone or
// changed since a commit: the last one, or the one that is named.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './preparing.mjs'

const LOCK = 'package-lock.json'

const sbom = run('npm', ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'])
mkdirSync(join(root, 'dist'), { recursive: true })
writeFileSync(join(root, 'dist/sbom.cdx.json'), sbom)
const { components } = JSON.parse(sbom)
console.log(`${components.length} packages stand in dist/sbom.cdx.json.`)

const since = process.argv[2] ?? 'HEAD~1'
const before = packagesBefore(since)
if (before) tellChanges(before, packagesIn(readFileSync(join(root, LOCK), 'utf8')))

function tellChanges (before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  const changed = names.filter(name => before.get(name) !== after.get(name))
  for (const name of changed) console.log(`${name}: ${before.get(name) ?? 'new'} -> ${after.get(name) ?? 'gone'}`)
  console.log(`${changed.length} packages are others than in ${since}.`)
}

/** Null where there is no such commit, as in a copy without a history. */
function packagesBefore (commit) {
  try {
    return packagesIn(run('git', ['show', `${commit}:${LOCK}`]))
  } catch {
    return null
  }
}

/** Place in the tree of packages -> version. */
function packagesIn (lock) {
  return new Map(Object.entries(JSON.parse(lock).packages).filter(([path]) => path !== '').map(([path, { version }]) => [path.replace(/^node_modules\//, ''), version]))
}

function run (program, args) {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })
}
