import { randomBytes } from 'node:crypto'
import { createIssueId } from '../../shared/format/id.ts'
import { manifestPath } from '../../shared/format/paths.ts'
import type { HostileAuthor } from '../support/hostile-author.ts'
import { appendRawIssue, rawEntry, type RawPointer } from '../support/raw-index.ts'
import { HOSTILE_TEXTS, HOSTILE_VALUES, pick } from './fuzzed-values.ts'

export interface Doing {
  author: HostileAuthor
  draw: () => number
  /** How much of what comes in numbers. */
  many: number
}

/** What a writer can do to a drive. */
export interface HostileDrive {
  name: string
  do (doing: Doing): Promise<void>
  /** Where it is to be read: at the newsletter; at its issues, which are not verified, or still to come; nowhere, where it harms nobody. */
  told: 'newsletter' | 'issues' | 'waiting' | 'nobody'
}

/** Names that mean more than a file, or something else to another eye or system. */
const BAD_NAMES: (string | Uint8Array)[] = [
  '/../../etc/passwd', '/issues/../../../x', '/a/./b', '/a//b', '//a', '', 'a', '/', '/a/', '/\0', '/a\nb', '/a\u001b[2Jb', '/a\u202egnp.exe', '/a\u2028b', '/..\\..\\x', '/C:\\x', '/cafe\u0301',
  `/${'a'.repeat(256)}`, `${'/a'.repeat(1_000)}`, `/issues/${'a'.repeat(5_000)}`, Buffer.from([0x2f, 0xff, 0xfe]), Buffer.from([0x2f, 0xed, 0xa0, 0x80]), Buffer.alloc(100_000, '/a')
]
/** Odd, and harmless: nothing is ever written under them. */
const ODD_NAMES = ['/.ssh/authorized_keys', '/__proto__', '/constructor/prototype', '/con', '/a\u200bb', '/аpple', '/issues', '/issues/x/issue.json', '/issues/01k0000000000000000000000z/../x', '/newsletter.json/x']

const POINTERS: ((right: RawPointer) => unknown)[] = [
  right => ({ ...right, blockLength: 2 ** 31 }),
  right => ({ ...right, blockOffset: 2 ** 24 }),
  right => ({ ...right, blockOffset: -1 }),
  right => ({ ...right, blockOffset: 0.5 }),
  right => ({ ...right, blockOffset: '0' }),
  right => ({ ...right, blockOffset: [0] }),
  right => ({ ...right, byteLength: 2 ** 53 }),
  right => ({ ...right, byteLength: 0, blockLength: 0 }),
  right => ({ ...right, byteLength: 'all' }),
  right => ({ ...right, blockOffset: Number(right.blockOffset) - 1 }),
  () => null,
  () => 'x',
  () => []
]

/** Bytes of what is too large: up to what Hypercore allows a block. */
function largest (many: number): number {
  return Math.min(14_000_000, many * 4_000)
}

export const HOSTILE_DRIVES: HostileDrive[] = [
  {
    name: 'names',
    told: 'newsletter',
    do: async ({ author }) => await author.appendRaw([...BAD_NAMES, ...ODD_NAMES].map(name => rawEntry(name, { blob: null, metadata: null })))
  },
  {
    name: 'odd names',
    told: 'nobody',
    do: async ({ author }) => await author.appendRaw(ODD_NAMES.filter(name => !name.includes('..')).map(name => rawEntry(name, { blob: null, metadata: { __proto__: null, linkname: '/etc/passwd', executable: true } })))
  },
  {
    name: 'values',
    told: 'newsletter',
    do: async ({ author }) => {
      const values = [...HOSTILE_VALUES, '{"blob":null,"metadata":{"__proto__":{"manifest":"x","signature":"y"}}}', '{"blob":{"__proto__":{"blockOffset":0}}}', `{"blob":null,"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`]
      await author.appendRaw(values.flatMap(value => [rawEntry('/a', value), rawEntry(manifestPath(createIssueId(new Date())), value), rawEntry('/newsletter.json', value)]))
    }
  },
  {
    name: 'pointers',
    told: 'issues',
    do: async ({ author }) => {
      for (const pointer of POINTERS) await appendRawIssue(author, createIssueId(new Date()), { pointer })
    }
  },
  {
    name: 'bytes that are nowhere',
    told: 'waiting',
    do: async ({ author, many }) => {
      // More of them than are fetched at once, of all newsletters together.
      for (let i = 0; i < Math.min(many, 40); i++) {
        const blockOffset = i % 2 ? 1_000_000 : 2 ** 24 - 1
        await appendRawIssue(author, createIssueId(new Date()), { pointer: right => ({ ...right, blockOffset }) })
      }
    }
  },
  {
    name: 'manifests',
    told: 'issues',
    do: async ({ author, draw, many }) => {
      const fields = ['colporteur', 'kind', 'newsletter', 'writer', 'id', 'number', 'revision', 'change', 'title', 'authors', 'language', 'publishedAt', 'body', 'files', 'tags', 'previous', 'note', 'revisedAt']
      // At least one of them can never be right.
      await appendRawIssue(author, createIssueId(new Date()), { manifest: { body: { path: 'body.md', size: 2 ** 53, blake2b: '' } } })
      for (let i = 0; i < Math.min(many, 50); i++) {
        await appendRawIssue(author, createIssueId(new Date()), { manifest: { [pick(fields, draw)]: pick(HOSTILE_VALUES, draw) } })
      }
    }
  },
  {
    name: 'sizes of blocks',
    told: 'issues',
    do: async ({ author, many }) => {
      await appendRawIssue(author, createIssueId(new Date()), { blocks: [Buffer.alloc(largest(many), 'x')] })
      await appendRawIssue(author, createIssueId(new Date()), { blocks: [Buffer.alloc(0)] })
      await appendRawIssue(author, createIssueId(new Date()), { blocks: [Buffer.alloc(14)] })
    }
  },
  {
    name: 'large entries',
    told: 'newsletter',
    do: async ({ author, many }) => {
      const size = largest(many)
      await author.appendRaw([rawEntry('/a', { blob: null, metadata: 'x'.repeat(size) })])
      await author.appendRaw([rawEntry('/a', `{"blob":null,"metadata":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`)])
      await author.appendRaw([rawEntry(manifestPath(createIssueId(new Date())), { blob: null, metadata: { manifest: 'x'.repeat(size), signature: 'y' } })])
    }
  },
  {
    name: 'a garbled head',
    told: 'newsletter',
    do: async ({ author, draw, many }) => {
      const random = Array.from({ length: Math.min(many, 200) }, () => randomBytes(Math.floor(draw() * 300)))
      await author.appendRaw([Buffer.alloc(0), Buffer.from([7]), Buffer.alloc(1_000, 0xff), ...random])
    }
  },
  {
    name: 'many entries that are wrong',
    told: 'newsletter',
    do: async ({ author, many }) => await author.appendRaw(Array.from({ length: many }, (_, i) => rawEntry(`/${i}`, null)))
  },
  {
    name: 'many issues that nobody signed',
    told: 'issues',
    do: async ({ author, many }) => await author.appendRaw(Array.from({ length: many }, (_, i) => rawEntry(manifestPath(createIssueId(new Date(Date.UTC(2020, 0, 1) + i))), { blob: null, metadata: { manifest: '{}', signature: 'no' } })))
  },
  {
    name: 'many versions of one issue',
    told: 'issues',
    do: async ({ author, many }) => {
      const id = createIssueId(new Date())
      await author.appendRaw(Array.from({ length: many }, (_, i) => rawEntry(manifestPath(id), { blob: null, metadata: { manifest: `{"i":${i}}`, signature: pick(HOSTILE_TEXTS, () => 0.5) } })))
    }
  }
]
