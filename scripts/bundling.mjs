import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Native code and WebAssembly stay where they are. */
export const STAY = [/-native$/, 'fs-native-extensions', 'require-addon', 'node-sqlite3-wasm']

/** Sources and packages that look for something beside themselves say so by these, until it is known which file they went into. */
const MARK = /(["'`])place:(url|folder):([^"'`]+)\1/g

/** What is put into other files finds what lies beside it all the same. */
export function places (root, folder) {
  const placeOf = placesBelow(root)
  return {
    name: 'places',
    transform: {
      filter: { code: /import\.meta\.url|__dirname/, id: /\.ts$|[\\/]swagger-ui[\\/]/ },
      handler: (code, id) => {
        const place = placeOf(id)
        return {
          code: id.endsWith('.ts')
            ? code.replaceAll('import.meta.url', `'place:url:dist/${place.replace(/\.ts$/, '.js')}'`)
            : code.replaceAll('__dirname', `'place:folder:${dirname(place)}'`)
        }
      }
    },
    renderChunk: (code, { fileName }) => code.replaceAll(MARK, (_, quote, kind, place) => {
      const there = JSON.stringify(relative(dirname(resolve(folder, fileName)), resolve(root, place)).replaceAll('\\', '/'))
      return kind === 'url' ? `new URL(${there}, import.meta.url).href` : `(import.meta.dirname + "/" + ${there})`
    })
  }
}

/** Where files lie as seen from the root. Bundlers name them by their real paths; what a link leads to is found by the link, wherever that leads later. */
function placesBelow (root) {
  const here = realpathSync(root)
  const packages = join(here, 'node_modules')
  const realPackages = existsSync(packages) ? realpathSync(packages) : packages
  return id => {
    const inPackages = relative(realPackages, realpathSync(id))
    const path = inPackages.startsWith('..') ? relative(here, realpathSync(id)) : join('node_modules', inPackages)
    return path.replaceAll('\\', '/')
  }
}
