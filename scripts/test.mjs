// npm test [-- PATTERN …]: type check, lint, tests; with patterns only the test files whose path contains one of them.
// npm run test:long: the tests that take minutes. With --costs, either names the files that cost most. The last line on stdout
// is always "N passed, N failed".
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { bundleTests } from './bundle-tests.mjs'
import { buildIsNew, compile, filesUnder } from './compile.mjs'
import { cpuSeconds } from './cpu-seconds.mjs'
import { Failure } from './failure.mjs'
import { onlyOne } from './only-one.mjs'
import { root } from './preparing.mjs'
import { runProgram } from './run-program.mjs'
import { runTestFile } from './run-test-file.mjs'
import { addCounts, countTests, failuresOf, skipsOf } from './tap-results.mjs'

const ESLINT = 'node_modules/eslint/bin/eslint.js'
// Two more than there are processors, because nodes often wait for each other.
const JOBS = Math.min(8, availableParallelism() + 2)
const OPTIONS = ['--long', '--costs']
const LONGEST = ['walkthroughs', 'browser', 'network', 'publisher']
// The slowest file takes a minute or two, and much more beside other work.
const FILE_SECONDS = 900
const LONG_FILE_SECONDS = 3600
/** How many files are told that cost most. */
const COSTLIEST = 10
/** Where more files fail, running them again tells nothing. */
const MOST_AGAIN = 5
// What a test may be told from outside. Anything else of ours would lead it to the home folder of the person who runs it.
const TEST_INPUT = ['COLPORTEUR_REAL_NEWSLETTERS', 'COLPORTEUR_HOSTILE_DOCUMENTS', 'COLPORTEUR_SOAK_MINUTES', 'COLPORTEUR_SOAK_SEED']

let counts = { passed: 0, failed: 0, skipped: 0 }
const skips = []
/** What failed beside others, and what of it passed by itself. */
const failed = []
const flaky = []
const costs = []

try {
  await main()
} catch (error) {
  print(error.forPeople ? error.message : error.stack)
  counts.failed++
}
if (counts.passed + counts.failed === 0) counts.failed++
if (process.argv.includes('--costs')) showCosts()
for (const path of flaky) print(`FLAKY: ${path} failed beside others and passed by itself. That is a bug with priority.`)
for (const skip of skips) print(`skipped: ${skip}`)
if (counts.skipped > 0) print(`${counts.skipped} skipped`)
print(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed > 0 ? 1 : 0

async function main () {
  const isLong = process.argv.includes('--long')
  const patterns = process.argv.slice(2).filter(argument => !OPTIONS.includes(argument))
  const isWhole = !isLong && patterns.length === 0
  await check('type check', build)
  const files = testFiles(isLong).filter(path => patterns.length === 0 || patterns.some(pattern => path.includes(pattern)))
  if (files.length === 0 && !isLong) throw new Failure(`No test file matches ${patterns.join(' ') || 'dist/test/**/*.test.js'}.`)
  // A few are sooner loaded than put together.
  const bundles = isWhole ? await bundleTests(root, files) : new Map()
  await runAll([...isWhole ? [() => check('lint', lint)] : [], ...files.map(path => () => runBeside(path, bundles.get(path) ?? path, isLong))])
  await runAgain(isLong)
}

/** One check that is no test file, and counts as one test. */
async function check (name, work) {
  const started = Date.now()
  try {
    await work()
    counts.passed++
    print(`ok      ${name} (${seconds(Date.now() - started)})`)
  } catch (error) {
    counts.failed++
    print(`FAILED  ${name}: ${error.forPeople ? error.message : error.stack}`)
  }
}

/** The build stops at whatever the type check finds. */
async function build () {
  if (!buildIsNew(root)) await onlyOne(root, () => compile(root), () => buildIsNew(root))
}

async function lint () {
  const { code, output } = await runProgram(process.execPath, [join(root, ESLINT), '.'], { cwd: root })
  if (output) print(output.trim())
  if (code !== 0) throw new Failure('see the messages above.')
}

function testFiles (isLong) {
  return filesUnder(join(root, 'dist/test'))
    .map(path => relative(root, path).replaceAll('\\', '/'))
    .filter(path => path.endsWith('.test.js') && path.startsWith('dist/test/long/') === isLong)
    .sort((a, b) => orderOf(a) - orderOf(b) || a.localeCompare(b))
}

/** Carries out all work in order, so many pieces of it at a time. */
async function runAll (work) {
  const left = [...work]
  await Promise.all(Array.from({ length: JOBS }, async () => {
    for (let next = left.shift(); next; next = left.shift()) await next()
  }))
}

/** What takes longest comes first, so that at the end nothing long is left that one core alone works at. */
function orderOf (path) {
  const place = LONGEST.findIndex(folder => path.startsWith(`dist/test/${folder}/`))
  return place === -1 ? LONGEST.length : place
}

async function runBeside (path, bundle, isLong) {
  const file = await runTests(path, bundle, isLong)
  if (file.ok) count(file)
  else failed.push({ path, file })
}

/**
 * What failed beside others runs once more by itself, as it was built file by file, unless so much failed that something else
 * is wrong. One that passes then is told as flaky: a bug with priority, which shall not hide whether the rest is sound.
 */
async function runAgain (isLong) {
  for (const { path, file: before } of failed) {
    const isWorthIt = failed.length <= MOST_AGAIN
    if (isWorthIt) print(`Once more, by itself: ${sourceName(path)}`)
    const file = isWorthIt ? await runTests(path, path, isLong) : before
    count(file)
    if (file.ok) flaky.push(sourceName(path))
  }
}

async function runTests (path, bundle, isLong) {
  const limits = { cwd: root, env: environment(), seconds: isLong ? LONG_FILE_SECONDS : FILE_SECONDS }
  const { file, stderr, cpuSeconds: costSeconds } = await runTestFile(bundle, { name: path, ...limits })
  costs.push({ path, costSeconds })
  show(file)
  if (!file.ok && stderr.trim() !== '') print(`    It said on stderr:\n${stderr.trim().replace(/^/gm, '      ')}\n`)
  return file
}

function count (file) {
  counts = addCounts(counts, countTests(file))
  skips.push(...skipsOf(file).map(sourceName))
}

function environment () {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('COLPORTEUR_') || TEST_INPUT.includes(name))
  return Object.fromEntries(entries)
}

function show (file) {
  const { passed, failed, skipped } = countTests(file)
  const words = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(', ')
  print(`${file.ok ? 'ok    ' : 'FAILED'}  ${sourceName(file.name)}: ${words} (${seconds(file.timeMs)})`)
  for (const { names: [, ...names], diagnosis } of failuresOf(file)) {
    print(`\n    ${names.join(' > ') || file.name}`)
    for (const line of diagnosis) print(`      ${line}`)
    print('')
  }
}

/** Seconds of one processor, with those of the processes that a file has started and waited for. */
function showCosts () {
  print('These files cost most, in seconds of one processor:')
  costs.sort((a, b) => b.costSeconds - a.costSeconds)
  for (const { path, costSeconds } of costs.slice(0, COSTLIEST)) print(`${costSeconds.toFixed(1).padStart(8)}  ${sourceName(path)}`)
  print(`${cpuSeconds().toFixed(1).padStart(8)}  in all, with the type check and lint where they ran`)
}

function sourceName (text) {
  return text.replace(/^dist\/(.*?)\.js\b/, '$1.ts')
}

function seconds (ms) {
  return `${(ms / 1000).toFixed(1)} s`
}

function print (text) {
  process.stdout.write(`${text}\n`)
}
