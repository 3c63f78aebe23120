import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UnevenWords } from '../uneven-words.ts'
import type { Link } from './shaped-network.ts'

/** What is published, and over which links. Sizes in bytes, rates in bits a second. */
export interface Workload {
  /** For who reads the rows. */
  what: string
  issues: number
  /** Of each issue. */
  textBytes: number
  pictures: number
  /** Of all pictures of an issue together. */
  pictureBytes: number
  author: Link
  reader: Link
  /** So small that the way takes longer than the bytes: measured over a second way too, with a delay of so much. */
  secondDelayMs?: number
}

const HOME = { up: 20_000_000, down: 50_000_000, delayMs: 20 }
const FAST = { up: 100_000_000, down: 250_000_000, delayMs: 20 }
const SLOW = { up: 5_000_000, down: 50_000_000, delayMs: 20 }
/** So slow that many nodes on one machine wait for their lines, and not for the machine. */
const SLOWEST = { up: 1_250_000, down: 12_500_000, delayMs: 20 }

export const WORKLOADS: Record<string, Workload> = {
  A: { what: 'one issue of 5 MB, from and to lines of 20 Mbit/s up and 50 down', issues: 1, textBytes: 40_000, pictures: 12, pictureBytes: 4_960_000, author: HOME, reader: HOME },
  'A-slow': { what: 'one issue of 5 MB, from and to lines of 5 Mbit/s up and 50 down', issues: 1, textBytes: 40_000, pictures: 12, pictureBytes: 4_960_000, author: SLOW, reader: SLOW },
  'A-slowest': { what: 'one issue of 5 MB, from and to lines of 1.25 Mbit/s up and 12.5 down', issues: 1, textBytes: 40_000, pictures: 12, pictureBytes: 4_960_000, author: SLOWEST, reader: SLOWEST },
  text: { what: 'one issue of 4 KB, over lines of 20 Mbit/s up and 50 down', issues: 1, textBytes: 4_000, pictures: 0, pictureBytes: 0, author: HOME, reader: HOME, secondDelayMs: 50 },
  B: { what: '300 issues of 1 MB, over lines of 100 Mbit/s up and 250 down', issues: 300, textBytes: 40_000, pictures: 3, pictureBytes: 960_000, author: FAST, reader: FAST },
  C: { what: '5,000 issues of 4 KB, over lines of 20 Mbit/s up and 50 down', issues: 5_000, textBytes: 4_000, pictures: 0, pictureBytes: 0, author: HOME, reader: HOME }
}

export function contentBytes ({ issues, textBytes, pictureBytes }: Workload): number {
  return issues * (textBytes + pictureBytes)
}

/** Files of all issues: their texts, and what stands for their pictures. */
export function filesOf ({ issues, pictures }: Workload): number {
  return issues * (1 + pictures)
}

/** Readers index what they receive: bytes by chance would be words that no text has. */
const words = new UnevenWords()

/** Writes an issue into a new folder, and gives the folder. */
export async function writeIssue (parent: string, name: string, { textBytes, pictures, pictureBytes }: Workload): Promise<string> {
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true })
  const names = Array.from({ length: pictures }, (_, i) => `plate-${i + 1}.bin`)
  const head = `# ${name}\n\n${names.map(plate => `[A plate](${plate})\n\n`).join('')}`
  await writeFile(join(folder, 'index.md'), head + words.text(textBytes - head.length))
  for (const plate of names) await writeFile(join(folder, plate), randomBytes(Math.round(pictureBytes / pictures)))
  return folder
}

/**
 * The least time in which all readers can have `bytes`, in seconds: Kumar and Ross, "Peer-assisted file distribution: the
 * minimum distribution time" (2006).
 *
 * @param source who has it first
 */
export function leastSeconds (bytes: number, source: Link, readers: Link[]): number {
  const bits = bytes * 8
  const slowest = Math.min(...readers.map(({ down }) => down))
  const upTogether = readers.reduce((sum, { up }) => sum + up, source.up)
  return Math.max(bits / source.up, bits / slowest, readers.length * bits / upTogether)
}
