// Does what is missing before anything else runs: the packages, then the build. With --packages: the packages alone.
// Old versions of Node have to get as far as the message, so this file is written in plain words and loads the rest later.
import { readFileSync } from 'fs'

const root = new URL('../', import.meta.url)
const wanted = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).engines.node

if (isOlder(process.versions.node, wanted)) {
  console.error('Colporteur needs Node ' + wanted.replace('>=', '') + ' or newer. This is Node ' + process.versions.node + '. Install a newer one and try again.')
  process.exit(1)
}

import('./preparing.mjs')
  .then(function (preparing) { return preparing.prepare({ build: process.argv.indexOf('--packages') === -1 }) })
  .catch(function (error) {
    console.error(error.forPeople ? error.message : error.stack)
    process.exitCode = 1
  })

function isOlder (version, range) {
  const has = version.split('.').map(Number)
  const needs = range.replace('>=', '').split('.').map(Number)
  if (has[0] !== needs[0]) return has[0] < needs[0]
  return has[1] < (needs[1] || 0)
}
