import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import t from 'tap'

const root = fileURLToPath(new URL('../../', import.meta.url))
const MOST_LINES = 250
const ROOMS = ['shared', 'publisher', 'subscriber', 'console']
const NETWORK_PACKAGES = ['corestore', 'hyperdrive', 'hyperswarm', 'hyperdht', 'protomux', 'hypercore', 'hyperbee', '@hyperswarm/secret-stream', 'blind-relay', 'bonjour-service']
const BANNED_NAMES = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'service', 'misc']

interface PackageEntry { hasInstallScript?: boolean }
const manifest = readJson('package.json') as Record<'dependencies' | 'devDependencies' | 'overrides', Record<string, string>>
const lock = readJson('package-lock.json') as { packages: Record<string, PackageEntry> }

const sources = ROOMS.flatMap(room => filesUnder(room)).filter(path => isCode(path))
const tests = filesUnder('test').filter(path => isCode(path))
const styles = filesUnder('console/web').filter(path => path.endsWith('.css'))
const imports = new Map([...sources, ...tests].map(path => [path, importsOf(path, readText(path))]))

t.test('the reader of imports sees every way to import', async t => {
  const text = `
    import a from 'a'
    import type { B } from 'b'
    import 'c'
    export { d } from 'd'
    export * from 'e'
    type F = import('f').F
    const g = await import('g/deep')
    const h = require('h')
    const worker = new URL('./i.js', import.meta.url)
    // import 'not-this'
    const text = "import 'nor-this'"
  `
  t.same(importsOf('x.ts', text), ['a', 'b', 'c', 'd', 'e', 'f', 'g/deep', 'h', './i.js'])
})

t.test('the tree has files to check', async t => {
  for (const room of ROOMS) t.ok(sources.some(path => path.startsWith(`${room}/`)), `${room} has sources`)
})

t.test('a class is styled by itself in one style sheet alone: pages load theirs one after the other, and keep them', async t => {
  const sheets = new Map<string, Set<string>>()
  for (const path of styles) {
    for (const [, name] of readText(path).matchAll(/(?:^|[{},])\s*\.([\w-]+)\s*(?=[,{])/gm)) sheets.set(name!, (sheets.get(name!) ?? new Set()).add(path))
  }
  t.same([...sheets].filter(([, paths]) => paths.size > 1).map(([name, paths]) => `.${name}: ${[...paths].join(', ')}`), [])
})

t.test('every relative import leads to a source', async t => {
  const known = new Set([...sources, ...tests, ...styles, ...filesUnder('bin')])
  const lost = everyImport().filter(({ name, target }) => name.startsWith('.') && !known.has(target.replace(/\.js$/, '.ts')) && !known.has(target))
  t.same(lost.map(say), [])
})

t.test('the formats and the HTTP contract run anywhere: no Node, no network', async t => {
  const wrong = everyImport().filter(({ from, name }) => /^shared\/(format|api)\//.test(from) && (isNode(name) || /^hyper/.test(packageOf(name)) || isNetwork(name)))
  t.same(wrong.map(say), [])
})

t.test('the formats and the HTTP contract lean on nothing that needs Node', async t => {
  const isomorphic = /^shared\/(format|api|types)\/|^shared\/errors\.ts$/
  const wrong = everyImport().filter(({ from, name, target }) => /^shared\/(format|api)\//.test(from) && name.startsWith('.') && !isomorphic.test(target))
  t.same(wrong.map(say), [])
})

t.test('only shared/network touches store and swarm', async t => {
  const wrong = everyImport().filter(({ from, name }) => isNetwork(name) && !from.startsWith('shared/network/') && !from.startsWith('shared/types/') && !isTest(from))
  t.same(wrong.map(say), [])
})

t.test('data never climbs: no room imports the one above it, and the two sides never meet', async t => {
  const forbidden: Record<string, string[]> = {
    shared: ['publisher', 'subscriber', 'console'],
    publisher: ['subscriber', 'console'],
    subscriber: ['publisher', 'console'],
    console: []
  }
  const wrong = everyImport().filter(({ from, name, target }) => name.startsWith('.') && (forbidden[roomOf(from)] ?? []).includes(roomOf(target)))
  t.same(wrong.map(say), [])
  const intoTests = everyImport().filter(({ from, name, target }) => name.startsWith('.') && !isTest(from) && isTest(target))
  t.same(intoTests.map(say), [], 'no source imports a test')
})

t.test('the two sides know no HTTP and no command line', async t => {
  const web = (name: string): boolean => /^(@fastify\/|fastify$|commander$|picocolors$|node:https?$|node:http2$)/.test(name)
  t.same(everyImport().filter(({ from, name }) => /^(publisher|subscriber|shared)\//.test(from) && web(name)).map(say), [])
})

t.test('the environment is read in console/cli/main.ts alone', async t => {
  const wrong = sources.filter(path => path !== 'console/cli/main.ts' && readsEnvironment(path))
  t.same(wrong, [])
})

t.test('no source is longer than can be held in mind', async t => {
  const long = sources.map(path => ({ path, lines: readText(path).trimEnd().split('\n').length })).filter(({ lines }) => lines > MOST_LINES)
  t.same(long, [])
})

t.test('a file is named for the one thing inside it, in kebab-case', async t => {
  const paths = [...sources, ...tests]
  const banned = paths.filter(path => {
    const words = path.replace(/(\.test|\.d)?\.(ts|js)$/, '').split(/[/-]/)
    return words.some(word => BANNED_NAMES.includes(word)) || basename(path).startsWith('index.')
  })
  t.same(banned, [])
  t.same(paths.filter(path => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|js)$/.test(basename(path))), [])
})

t.test('sources are exported by name', async t => {
  const wrong = sources.filter(path => !path.endsWith('.d.ts') && /^export default /m.test(readText(path)))
  t.same(wrong, [])
})

t.test('every dependency is used, and everything used is a dependency', async t => {
  const usedByStyles = styles.flatMap(path => [...readText(path).matchAll(/@import "([^."][^"]*)"/g)].map(([, name]) => packageOf(name!)))
  const usedBySources = new Set([...sources.flatMap(path => packagesOf(path)), ...usedByStyles])
  const usedByTests = new Set(tests.flatMap(path => packagesOf(path)))
  const tools = [...filesUnder('scripts'), 'eslint.config.js', 'vite.config.js', 'rolldown.config.js', 'tsconfig.json', 'test/support/browser-program.ts'].map(path => readText(path)).join('\n')
  const all = { ...manifest.dependencies, ...manifest.devDependencies }

  t.same([...usedBySources].filter(name => !(name in manifest.dependencies)), [], 'what the program imports stands under dependencies')
  t.same([...usedByTests].filter(name => !(name in all)), [], 'what the tests import stands in package.json')
  t.same(Object.keys(manifest.dependencies).filter(name => !usedBySources.has(name)), [], 'the program imports every dependency')

  const typesFor = (name: string): boolean => name === '@types/node' || name.replace('@types/', '') in all
  const isTool = (name: string): boolean => name.startsWith('@types/') ? typesFor(name) : usedByTests.has(name) || tools.includes(name)
  t.same(Object.keys(manifest.devDependencies).filter(name => !isTool(name)), [], 'a test or a tool needs every development dependency')
})

t.test('versions are exact', async t => {
  const exact = /^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  t.same(versions.filter(([, version]) => !exact.test(version)), [])
  t.same(Object.entries(manifest.overrides).filter(([, version]) => !exact.test(version) && !version.startsWith('$')), [])
})

t.test('no package runs a program when it is installed', async t => {
  const packages = Object.entries(lock.packages)
  t.ok(packages.length > 1, 'the lock file names packages')
  t.same(packages.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path), [])
})

interface Import { from: string, name: string, target: string }

function everyImport (): Import[] {
  return [...imports].flatMap(([from, names]) => names.map(name => ({ from, name, target: name.startsWith('.') ? join(dirname(from), name) : name })))
}

function say ({ from, name }: Import): string {
  return `${from} imports ${name}`
}

/** Every module that a source names: static, typed and dynamic imports, re-exports, and workers named by their URL. */
function importsOf (path: string, text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const name = moduleNamed(node)
    if (name && ts.isStringLiteralLike(name)) found.push(name.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}

function moduleNamed (node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require')
    return isImport ? node.arguments[0] : undefined
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.[1]?.getText() === 'import.meta.url') {
    const [name] = node.arguments
    return name && ts.isStringLiteralLike(name) && extname(name.text) === '.js' ? name : undefined
  }
  return undefined
}

function readsEnvironment (path: string): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.getText().replace(/\s|\?/g, '') === 'process.env') found = true
    if (ts.isImportDeclaration(node) && /^(node:)?process$/.test((node.moduleSpecifier as ts.StringLiteral).text) && /\benv\b/.test(node.getText())) found = true
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true))
  return found
}

function packagesOf (path: string): string[] {
  return (imports.get(path) ?? []).filter(name => !name.startsWith('.') && !isNode(name)).map(packageOf)
}

function packageOf (name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')
}

function isNode (name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name)
}

function isNetwork (name: string): boolean {
  return NETWORK_PACKAGES.includes(packageOf(name))
}

function roomOf (path: string): string {
  return path.split('/')[0] ?? ''
}

function isTest (path: string): boolean {
  return path.startsWith('test/')
}

/** What the page loads before its modules is plain JavaScript, and is checked as the TypeScript is. */
function isCode (path: string): boolean {
  return path.endsWith('.ts') || (path.startsWith('console/web/') && path.endsWith('.js'))
}

function filesUnder (folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
}

function readText (path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function readJson (path: string): unknown {
  return JSON.parse(readText(path))
}
