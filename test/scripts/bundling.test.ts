import { execFile } from 'node:child_process'
import { cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const SCRIPTS = pathToFileURL(fileURLToPath(new URL('../../../scripts/bundling.mjs', import.meta.url))).href

/** Looks for a file beside itself, as the package that the program puts into other files does. */
const PACKAGE = "const { readFileSync } = require('node:fs')\nexports.beside = readFileSync(__dirname + '/beside.txt', 'utf8')\n"
/** Not written out: tests are bundled, too, and there it stands for where they lie. */
const OWN_PLACE = ['import', 'meta', 'url'].join('.')
const SOURCE = `import { beside } from '@fastify/swagger-ui'\nconsole.log(beside, new URL('worker.js', ${OWN_PLACE}).href)\n`
const BUNDLE = `import { rolldown } from ${JSON.stringify(import.meta.resolve('rolldown'))}
import { places } from ${JSON.stringify(SCRIPTS)}
const [root, folder] = process.argv.slice(2)
const bundle = await rolldown({ cwd: root, input: { main: 'part/main.ts' }, platform: 'node', plugins: [places(root, folder)] })
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].js' })
await bundle.close()
`

for (const place of ['in the project', 'behind a symbolic link', 'in a folder above', 'in a project that is reached by a symbolic link']) {
  t.test(`what is put into other files finds what lies beside it, where packages are ${place}`, async t => {
    const folder = await realpath(t.testdir({ project: { part: { 'main.ts': SOURCE } }, elsewhere: {} }))
    const project = join(folder, 'project')
    const above = { 'behind a symbolic link': join(folder, 'elsewhere'), 'in a folder above': folder }[place] ?? project
    const ui = join(above, 'node_modules/@fastify/swagger-ui')
    await mkdir(ui, { recursive: true })
    await writeFile(join(ui, 'package.json'), '{ "name": "@fastify/swagger-ui", "main": "index.js" }')
    await writeFile(join(ui, 'index.js'), PACKAGE)
    await writeFile(join(ui, 'beside.txt'), 'found')
    if (place === 'behind a symbolic link') await symlink(join(above, 'node_modules'), join(project, 'node_modules'))
    const root = place === 'in a project that is reached by a symbolic link' ? join(folder, 'linked') : project
    if (root !== project) await symlink(project, root)
    await writeFile(join(folder, 'bundle.mjs'), BUNDLE)
    const run = async (...args: string[]): Promise<string> => (await promisify(execFile)(process.execPath, args)).stdout
    await run(join(folder, 'bundle.mjs'), root, join(root, 'dist'))
    const worker = pathToFileURL(join(project, 'dist/part/worker.js')).href
    t.equal(await run(join(root, 'dist/main.js')), `found ${worker}\n`)
    if (place !== 'behind a symbolic link') return
    await cp(join(above, 'node_modules'), join(folder, 'moved/node_modules'), { recursive: true })
    await cp(join(project, 'dist'), join(folder, 'moved/dist'), { recursive: true })
    t.match(await run(join(folder, 'moved/dist/main.js')), /^found .*moved\/dist\/part\/worker\.js\n$/, 'and after it was moved with its packages')
  })
}
