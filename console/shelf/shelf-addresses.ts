import type { FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { type FeedFormat, feedFormats } from '../../subscriber/feeds/feed.ts'

/** Nothing but what an address is made of: it goes into pages and feeds. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

/** Addresses of the pages for everyone, as paths. */
export class ShelfAddresses {
  #origin: string
  #prefix: string

  /**
   * @param url by which others reach the pages; null: as the request names it
   * @throws AppError MISDIRECTED where it names no host
   */
  constructor ({ headers: { host = '' } }: Pick<FastifyRequest, 'headers'>, url: string | null) {
    if (url === null && !(HOST.test(host) && URL.canParse(`http://${host}`))) throw new AppError('MISDIRECTED', 'The request names no host.')
    const { origin, pathname } = new URL(url ?? `http://${host}`)
    this.#origin = origin
    this.#prefix = pathname.replace(/\/+$/, '')
  }

  /** Before paths, for what is read elsewhere. */
  get origin (): string { return this.#origin }

  get home (): string { return `${this.#prefix}/` }
  get checking (): string { return `${this.#prefix}/how-to-check` }

  newsletter (address: Address, cursor: string | null = null): string {
    return `${this.#prefix}/${address}${cursor === null ? '' : `?before=${encodeURIComponent(cursor)}`}`
  }

  root (address: Address, name: string): string { return `${this.newsletter(address)}/root/${name}` }
  issue (address: Address, id: string): string { return `${this.newsletter(address)}/issues/${id}` }
  file (address: Address, id: string, name: string): string { return `${this.issue(address, id)}/files/${encodeURIComponent(name)}` }
  feed (address: Address, format: FeedFormat): string { return `${this.newsletter(address)}/${feedFormats[format].file}` }
}
