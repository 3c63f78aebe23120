import { readFileSync, watchFile } from 'node:fs'

/**
 * Loaded into a program before all else, this gives it a clock of its own, which is off by as many milliseconds as a file says,
 * and jumps whenever the file is written anew.
 */
const LOOK_MS = 200
const file = process.env['MOVED_CLOCK_FILE']

if (file !== undefined) {
  const read = (): number => Number(readFileSync(file, 'utf8')) || 0
  let offMs = read()
  watchFile(file, { persistent: false, interval: LOOK_MS }, () => { offMs = read() })
  const now = Date.now.bind(Date)
  globalThis.Date = new Proxy(Date, {
    construct: (target, args: [], newTarget: NewableFunction) => Reflect.construct(target, args.length === 0 ? [now() + offMs] : args, newTarget) as object,
    get: (target, name) => name === 'now' ? () => now() + offMs : Reflect.get(target, name) as unknown
  })
}
