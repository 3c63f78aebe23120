import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { places, STAY } from './bundling.mjs'

const BUNDLES = 'dist/.tests'
/** These read how sources name files beside them, and have nothing to load. */
const APART = ['dist/test/architecture.test.js']
/** Of packages shared by fewer tests, chunks are put together up to this size, though a test then loads some that it does not need. */
const MERGED_BYTES = 100_000

/**
 * Puts test files together with what they import, as the program is, because a test of a node loads 2,000 files, which takes
 * as long as many such tests. What only tests use, tap first of all, stays in its package.
 *
 * @param paths of built test files
 * @returns {Promise<Map<string, string>>} where the bundle of each lies; those that are to run as they were built are not in it
 */
export async function bundleTests (root, paths) {
  // Not before it is needed: it may have just been installed.
  const { rolldown } = await import('rolldown')
  const bundled = paths.filter(path => !APART.includes(path))
  const nameOf = path => path.replace(/^dist\/test\/|\.js$/g, '')
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const folder = join(root, BUNDLES)
  rmSync(folder, { recursive: true, force: true })
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(bundled.map(path => [nameOf(path), join(root, 'test', `${nameOf(path)}.ts`)])),
    platform: 'node',
    external: [...STAY, ...Object.keys(devDependencies).map(name => new RegExp(`^${name}(/|$)`))],
    plugins: [places(root, folder), withoutMaps],
    onLog: () => {}
  })
  try {
    await bundle.write({
      dir: folder,
      format: 'esm',
      sourcemap: true,
      sourcemapExcludeSources: true,
      comments: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'parts/[hash].js',
      codeSplitting: { groups: [{ name: 'packages', test: /[\\/]node_modules[\\/]/, entriesAware: true, entriesAwareMergeThreshold: MERGED_BYTES }] }
    })
  } finally {
    await bundle.close()
  }
  return new Map(bundled.map(path => [path, `${BUNDLES}/${nameOf(path)}.js`]))
}

/** Each process of tests reads the maps of what it loads; nobody looks for mistakes in the lines of packages. */
const withoutMaps = {
  name: 'without-maps-of-packages',
  transform: { filter: { id: /[\\/]node_modules[\\/]/ }, handler: code => ({ code, map: { mappings: '' } }) }
}
