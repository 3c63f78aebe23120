import { dirname, relative, resolve } from 'node:path'

/** Native code and WebAssembly stay where they are. */
export const STAY = [/-native$/, 'fs-native-extensions', 'require-addon', 'node-sqlite3-wasm']

/** Sources and packages that look for something beside themselves say so by these, until it is known which file they went into. */
const MARK = /(["'`])place:(url|folder):([^"'`]+)\1/g

/** What is put into other files finds what lies beside it all the same. */
export function places (root, folder) {
  return {
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
      const there = JSON.stringify(relative(dirname(resolve(folder, fileName)), resolve(root, place)).replaceAll('\\', '/'))
      return kind === 'url' ? `new URL(${there}, import.meta.url).href` : `(import.meta.dirname + "/" + ${there})`
    })
  }
}
