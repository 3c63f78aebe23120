import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link } from './shaped-network.ts'

/** What is published, and over which links. Sizes in bytes, rates in bits a second. */
export interface Workload {
  /** For who reads the rows. */
  what: string
  textBytes: number
  pictures: number
  /** Of all pictures together. */
  pictureBytes: number
  author: Link
  reader: Link
}

const HOME = { up: 20_000_000, down: 50_000_000, delayMs: 20 }
const SLOW = { up: 5_000_000, down: 50_000_000, delayMs: 20 }

export const WORKLOADS: Record<string, Workload> = {
  A: { what: 'one issue of 5 MB, from and to lines of 20 Mbit/s up and 50 down', textBytes: 40_000, pictures: 12, pictureBytes: 4_960_000, author: HOME, reader: HOME },
  'A-slow': { what: 'one issue of 5 MB, from and to lines of 5 Mbit/s up and 50 down', textBytes: 40_000, pictures: 12, pictureBytes: 4_960_000, author: SLOW, reader: SLOW },
  text: { what: 'one issue of 4 KB, over lines of 20 Mbit/s up and 50 down', textBytes: 4_000, pictures: 0, pictureBytes: 0, author: HOME, reader: HOME }
}

export function contentBytes ({ textBytes, pictureBytes }: Workload): number {
  return textBytes + pictureBytes
}

/** Files of an issue: its text, and what stands for its pictures. */
export function filesOf ({ pictures }: Workload): number {
  return 1 + pictures
}

/** Writes an issue into a new folder, and gives the folder. */
export async function writeIssue (parent: string, name: string, { textBytes, pictures, pictureBytes }: Workload): Promise<string> {
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true })
  const names = Array.from({ length: pictures }, (_, i) => `plate-${i + 1}.bin`)
  const head = `# ${name}\n\n${names.map(plate => `[A plate](${plate})\n\n`).join('')}`
  await writeFile(join(folder, 'index.md'), head + randomBytes(textBytes).toString('base64').slice(0, textBytes - head.length))
  for (const plate of names) await writeFile(join(folder, plate), randomBytes(Math.round(pictureBytes / pictures)))
  return folder
}

/**
 * The least time in which `readers` can have `bytes`, in seconds: Kumar and Ross, "Peer-assisted file distribution: the
 * minimum distribution time" (2006).
 */
export function leastSeconds (bytes: number, readers: number, author: Link, reader: Link): number {
  const bits = bytes * 8
  return Math.max(bits / author.up, bits / reader.down, readers * bits / (author.up + readers * reader.up))
}
