import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = path => fileURLToPath(new URL(path, import.meta.url))

// The console's page: from console/web into dist/web, from where the node serves it.
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
    reportCompressedSize: false
  }
})
