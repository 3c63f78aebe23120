import { resolve } from 'node:path'
import { defineConfig } from 'rolldown'
import { places, STAY } from './scripts/bundling.mjs'

const root = import.meta.dirname
const built = resolve(root, 'dist')

// The program out of a few files. Out of 2,000, each of which is looked for, opened and read, a command takes twice as
// long. What starts a process or a thread keeps its name; everything else lies in dist/program.
export default defineConfig({
  cwd: root,
  input: Object.fromEntries([
    'console/cli/main', 'console/watchdog-worker', 'subscriber/library/library-worker', 'subscriber/rendering/render-worker', 'subscriber/search/search-worker',
    'shared/pictures/picture-worker', 'publisher/texts/text-worker'
  ].map(name => [name, `${name}.ts`])),
  platform: 'node',
  external: STAY,
  plugins: [places(root, built)],
  output: {
    dir: built,
    format: 'esm',
    sourcemap: true,
    // A third of it. Names and lines stay, for whoever reads a stack.
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'program/[name].js'
  }
})
