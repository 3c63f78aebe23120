import { dirname, relative, resolve } from 'node:path'
import { defineConfig } from 'rolldown'

const root = import.meta.dirname
const built = resolve(root, 'dist')
/** Sources and packages that look for something beside themselves say so by these, until it is known which file they went into. */
const MARK = /(["'`])place:(url|folder):([^"'`]+)\1/g

// The program out of a few files. Out of 2,000, each of which is looked for, opened and read, a command takes twice as
// long. What starts a process or a thread keeps its name; everything else lies in dist/program.
export default defineConfig({
  cwd: root,
  input: Object.fromEntries([
    'console/cli/main', 'console/watchdog-worker', 'subscriber/library/library-worker', 'subscriber/rendering/render-worker', 'subscriber/search/search-worker'
  ].map(name => [name, `${name}.ts`])),
  platform: 'node',
  // Native code and WebAssembly stay where they are.
  external: [/-native$/, 'fs-native-extensions', 'require-addon', 'node-sqlite3-wasm'],
  plugins: [{
    name: 'places',
    transform: {
      filter: { code: /import\.meta\.url|__dirname/, id: /\.ts$|[\\/]swagger-ui[\\/]/ },
      handler: (code, id) => {
        const path = relative(root, id).replaceAll('\\', '/')
        return {
          code: path.startsWith('node_modules/')
            ? code.replaceAll('__dirname', `'place:folder:${dirname(path)}'`)
            : code.replaceAll('import.meta.url', `'place:url:dist/${path.replace(/\.ts$/, '.js')}'`)
        }
      }
    },
    renderChunk: (code, { fileName }) => code.replaceAll(MARK, (_, quote, kind, place) => {
      const there = JSON.stringify(relative(dirname(resolve(built, fileName)), resolve(root, place)).replaceAll('\\', '/'))
      return kind === 'url' ? `new URL(${there}, import.meta.url).href` : `(import.meta.dirname + "/" + ${there})`
    })
  }],
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
