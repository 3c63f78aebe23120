import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = path => fileURLToPath(new URL(path, import.meta.url))

// The console's page, and the lectern's, which shows issues on an origin of its own: from console/web into dist/web, from
// where the node serves them.
export default defineConfig({
  root: at('console/web'),
  base: './',
  cacheDir: at('node_modules/.vite'),
  logLevel: 'warn',
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy allows no `data:` but for pictures; and every file is on this machine anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // The node lends them to pages of issues, and knows them by this name.
      output: { codeSplitting: { groups: [{ name: 'fonts', test: /styles\/fonts\.css$/ }] } },
      input: { console: at('console/web/index.html'), lectern: at('console/web/lectern.html') }
    }
  }
})
