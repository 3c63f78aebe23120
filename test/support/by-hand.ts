import { readFile, writeFile } from 'node:fs/promises'

/** Changes a file of JSON as a person does it who takes the check out, or as an earlier version has left it. */
export async function changeByHand<T extends object> (path: string, change: (stored: T) => void = () => {}): Promise<void> {
  const stored = JSON.parse(await readFile(path, 'utf8')) as T & { check?: string }
  delete stored.check
  change(stored)
  await writeFile(path, JSON.stringify(stored))
}

/** Turns one bit over where such a text stands in a file: of the first letter in it. */
export async function turnBitIn (path: string, text: string): Promise<void> {
  const content = await readFile(path)
  const place = content.indexOf(text)
  if (place === -1) throw new Error(`${text} does not stand in ${path}`)
  content[place]! ^= 1
  await writeFile(path, content)
}
