import { generateOpml, parseOpml } from 'feedsmith'
import { AppError } from '../../shared/errors.ts'
import { type Address, formatAddress, parseAddress } from '../../shared/format/address.ts'
import { NAME_CHARACTERS } from '../../shared/api/subscriptions.ts'
import { xmlText } from '../feeds/xml-text.ts'
import type { Choice } from '../subscriptions.ts'

/** The attributes of an outline in which a newsletter's address stands, and what is not to be done with it: feed readers pass over them. */
const ATTRIBUTES = { address: 'colporteur', announce: 'colporteurAnnounce', receipts: 'colporteurReceipts' } as const
/** A list may say that less is told than usual, and never more: it may come from anybody. */
const OFF = 'off'
const options = { extraOutlineAttributes: Object.values(ATTRIBUTES) }
const MOST_OUTLINES = 10_000
const MOST_LEVELS = 20

export interface ListedNewsletter {
  address: Address
  title: string
  /** '': in none. */
  folder: string
  description: string
  language: string
  /** Of its feed on this machine. */
  feedUrl: string
  /** Whether others find this node by it, and whether they are told what is held of it. */
  announce: boolean
  receipts: boolean
}

/** What a list names. */
export interface ReadList {
  newsletters: { address: Address, title: string, folder: string, choice: Choice }[]
  /** Feeds that are no newsletter of Colporteur. */
  others: { title: string, url: string }[]
}

interface Outline extends Partial<Record<typeof ATTRIBUTES[keyof typeof ATTRIBUTES], string>> {
  text?: string
  type?: string
  title?: string
  xmlUrl?: string
  htmlUrl?: string
  outlines?: Outline[]
}

/**
 * A list of subscriptions as OPML 2.0, which every feed reader reads: with the feed of each on this machine, and its address.
 *
 * @throws AppError NOT_FOUND where there are none
 */
export function writeOpml (newsletters: ListedNewsletter[], at: Date): string {
  const outlineOf = ({ address, title, description, language, feedUrl, announce, receipts }: ListedNewsletter): Outline => ({
    text: xmlText(title || formatAddress(address)),
    title: xmlText(title),
    type: 'rss',
    ...(description && { description: xmlText(description) }),
    ...(language && { language }),
    xmlUrl: feedUrl,
    [ATTRIBUTES.address]: formatAddress(address),
    ...(!announce && { [ATTRIBUTES.announce]: OFF }),
    ...(!receipts && { [ATTRIBUTES.receipts]: OFF })
  })
  const folders = [...new Set(newsletters.map(({ folder }) => folder))].sort((a, b) => a.localeCompare(b))
  const outlines = folders.flatMap((folder): Outline[] => {
    const inIt = newsletters.filter(newsletter => newsletter.folder === folder).map(outlineOf)
    return folder === '' ? inIt : [{ text: xmlText(folder), outlines: inIt }]
  })
  // A list of nothing is none: OPML has no word for it.
  if (outlines.length === 0) throw new AppError('NOT_FOUND', 'Nothing is subscribed to yet, so there is no list.')
  return String(generateOpml({ head: { title: 'Newsletters', dateCreated: at }, body: { outlines: outlines as [] } }, options))
}

/**
 * What a list from anywhere names. An outline with others in it is a folder.
 *
 * @throws AppError BAD_SOURCE
 */
export function readOpml (text: string): ReadList {
  const list: ReadList = { newsletters: [], others: [] }
  let left = MOST_OUTLINES
  const read = (outlines: Outline[], folders: string[]): void => {
    if (folders.length > MOST_LEVELS) throw new AppError('BAD_SOURCE', 'The list has folders in folders in folders. Nothing was taken over.')
    for (const outline of outlines) {
      if (left-- === 0) throw new AppError('BAD_SOURCE', `The list names more than ${MOST_OUTLINES} things. Nothing was taken over.`)
      const title = plain(outline.title ?? outline.text ?? '')
      if (outline.outlines) read(outline.outlines, title ? [...folders, title] : folders)
      const address = addressOf(outline)
      if (address) list.newsletters.push({ address, title, folder: folders.join(' / ').slice(0, NAME_CHARACTERS), choice: choiceOf(outline) })
      else if (outline.xmlUrl) list.others.push({ title, url: outline.xmlUrl.slice(0, 1000) })
    }
  }
  read(outlinesOf(text), [])
  return list
}

function outlinesOf (text: string): Outline[] {
  // What needs a document type of its own is no list that a program has written.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new AppError('BAD_SOURCE', 'A list with a document type in it is not read.')
  try {
    return (parseOpml(text, options).body?.outlines ?? []) as Outline[]
  } catch (cause) {
    throw new AppError('BAD_SOURCE', 'This is no list in the format OPML.', { cause })
  }
}

function choiceOf ({ colporteurAnnounce, colporteurReceipts }: Outline): Choice {
  return { ...(colporteurAnnounce === OFF && { announce: false }), ...(colporteurReceipts === OFF && { receipts: false }) }
}

function addressOf ({ colporteur, xmlUrl, htmlUrl }: Outline): Address | null {
  for (const text of [colporteur, xmlUrl, htmlUrl]) {
    // The feed of another machine names the newsletter, too.
    const named = /^colporteur:\/\/|\/feeds\/(?=[a-z0-9]{52}\/)/.test(text ?? '') ? text!.replace(/^.*\/feeds\/([a-z0-9]{52})\/.*$/s, '$1') : null
    try {
      if (named) return parseAddress(named).address
    } catch {
      // Another attribute may have a better one.
    }
  }
  return null
}

/** Names of strangers, in one line and without what would steer a terminal. */
function plain (text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim().slice(0, NAME_CHARACTERS)
}
