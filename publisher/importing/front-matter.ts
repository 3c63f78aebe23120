import { parseDocument } from 'yaml'
import { AppError, messageOf } from '../../shared/errors.ts'
import { readDate } from './issue-date.ts'
import { plainLine } from './markdown-text.ts'
import { yamlLevels } from './yaml-levels.ts'

/** What a YAML front matter says about an issue; empty strings and lists where it says nothing. */
export interface FrontMatter {
  title: string
  subtitle: string
  summary: string
  authors: string[]
  tags: string[]
  language: string | null
  date: Date | null
  notes: string[]
}

/** Aliases multiply what they stand for; no front matter of a newsletter needs more. */
const ALIASES = 100
/** What goes in values in values takes the parser exponential time, and more than the stack that there is. */
const LEVELS = 20
const CHARACTERS = 64 * 1024

/**
 * Parts a text (lines ended by LF) into what its front matter says and the Markdown after it. A text that merely starts
 * with a rule has none.
 *
 * @throws AppError BAD_SOURCE with the line, when the front matter is not valid YAML; when it is longer or deeper than any
 */
export function splitFrontMatter (text: string): { frontMatter: FrontMatter, body: string } {
  const found = /^---[ \t]*\n([^]*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text)
  const values = found && readYaml(found[1] ?? '')
  return values ? { frontMatter: readValues(values), body: text.slice(found[0].length) } : { frontMatter: readValues({}), body: text }
}

/** Null when it is plain text between two rules. */
function readYaml (yaml: string): Record<string, unknown> | null {
  const isTooLong = yaml.length > CHARACTERS
  if (isTooLong || yamlLevels(yaml) > LEVELS) {
    // Between two rules there may be any text.
    if (!/^(?:\s*(?:#.*)?\n)*[ \t]*["']?[\w-]+["']?[ \t]*:(?:\s|$)/.test(yaml)) return null
    throw new AppError('BAD_SOURCE', `The front matter ${isTooLong ? `is longer than ${CHARACTERS / 1024} kB` : `has values in values, more than ${LEVELS} levels deep`}. Take out of it what the issue does not need and try again.`)
  }
  const parse = (yaml: string) => parseDocument(yaml, { uniqueKeys: false, logLevel: 'error' })
  const strict = parse(yaml)
  const error = strict.errors[0]
  const document = error ? parse(indentQuotedLines(yaml)) : strict
  if (error && document.errors.length > 0) {
    // The line with the three dashes is the first of the file.
    const line = (error.linePos?.[0].line ?? 1) + 1
    throw malformed(`line ${line}: ${error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`)
  }
  let values: unknown
  try {
    values = document.toJS({ maxAliasCount: ALIASES })
  } catch (error) {
    throw malformed(messageOf(error))
  }
  if (values === null || values === undefined) return {}
  return typeof values === 'object' && !Array.isArray(values) ? values as Record<string, unknown> : null
}

/** Jekyll's YAML lets a quoted text go on at the start of a line, where the standard wants it indented. */
function indentQuotedLines (yaml: string): string {
  let quote = ''
  return yaml.split('\n').map(line => {
    const indented = quote === '' ? line : ' '.repeat(40) + line
    const opening = quote === '' ? /^\s*(?:- )?[\w-]+\s*:\s+(?:! )?(['"])/.exec(line) : null
    quote = opening ? opening[1]! : quote
    const rest = opening ? line.slice(opening[0].length) : line
    // Two single quotes, and a backslash before a double one, stand for the quote itself.
    if (quote !== '' && rest.replace(quote === '"' ? /\\./g : /''/g, '').includes(quote)) quote = ''
    return indented
  }).join('\n')
}

function malformed (reason: string): AppError {
  return new AppError('BAD_SOURCE', `The front matter is not valid YAML, ${reason}. Correct it and try again.`)
}

function readValues (values: Record<string, unknown>): FrontMatter {
  const notes: string[] = []
  const members = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  const first = (...names: string[]) => names.map(name => members.get(name)).find(value => value !== undefined && value !== null && value !== '')
  return {
    title: plainLine(textOf(first('title')), 500),
    subtitle: plainLine(textOf(first('subtitle')), 1000),
    summary: plainLine(textOf(first('summary', 'description', 'excerpt')), 5000),
    authors: unique([...names(first('authors')), ...names(first('author'))]).map(name => plainLine(name, 200)).slice(0, 50),
    tags: unique([...words(first('tags', 'tag')), ...words(first('categories', 'category'))]).map(tag => plainLine(tag, 100)).slice(0, 100),
    language: readLanguage(textOf(first('lang', 'language')), notes),
    date: readDateOf(textOf(first('date')), notes),
    notes
  }
}

function textOf (value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

/** `Ann`, `[Ann, Ben]`, `{ name: Ann }`, `[{ name: Ann }]`. */
function names (value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(names)
  if (value && typeof value === 'object' && 'name' in value) return names(value.name)
  return textOf(value) === '' ? [] : [textOf(value)]
}

/** A list, or one text with commas or, as Jekyll has it, spaces between. */
function words (value: unknown): string[] {
  if (Array.isArray(value)) return value.map(textOf)
  const text = textOf(value)
  return text.split(text.includes(',') ? ',' : /\s+/).map(word => word.trim())
}

function unique (texts: string[]): string[] {
  return [...new Set(texts)].filter(text => text !== '')
}

function readLanguage (text: string, notes: string[]): string | null {
  if (text === '') return null
  try {
    const language = new Intl.Locale(text.replaceAll('_', '-')).toString()
    if (language.length <= 35) return language
  } catch {
    // Noted below.
  }
  notes.push(`The language ${JSON.stringify(plainLine(text, 80))} is not a BCP 47 tag like "en" and was left out.`)
  return null
}

function readDateOf (text: string, notes: string[]): Date | null {
  if (text === '') return null
  const date = readDate(text)
  if (!date) notes.push(`The date ${JSON.stringify(plainLine(text, 80))} can not be read. Write it as 2026-01-31 or 2026-01-31 12:00.`)
  return date
}
