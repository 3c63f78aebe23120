import { open } from 'node:fs/promises'

/** Turns one bit of a file over, each as likely as the other. */
export async function flipBit (path: string, draw: () => number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const position = Math.floor(draw() * (await file.stat()).size)
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, position)
    byte[0]! ^= 1 << Math.floor(draw() * 8)
    await file.write(byte, 0, 1, position)
  } finally {
    await file.close()
  }
}
