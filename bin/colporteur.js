#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/console/cli/main.js', import.meta.url)

if (existsSync(main)) {
  await import(main.href)
} else {
  console.error('colporteur: it has not been built yet. Run "npm run build" in its folder once, or "npm start".')
  process.exitCode = 1
}
