import { fileURLToPath } from 'node:url'
import { buildIsNew, compile } from './compile.mjs'
import { installPackages, packagesAreNew } from './packages.mjs'
import { onlyOne } from './only-one.mjs'

export const root = fileURLToPath(new URL('../', import.meta.url))

/** Installs and builds what is absent or out of date. Looks before it takes the lock, so that a second run costs nothing. */
export async function prepare ({ build }) {
  const isDone = () => packagesAreNew(root) && (!build || buildIsNew(root))
  if (isDone()) return
  await onlyOne(root, async () => {
    if (!packagesAreNew(root)) await installPackages(root)
    if (build && !buildIsNew(root)) await compile(root)
  }, isDone)
}
