import { type FeedFormat, feedFormats } from '../../subscriber/feeds/feed.ts'
import type { FeedUrls } from '../../subscriber/feeds/feeds.ts'
import type { Secrets } from './secrets.ts'

/** The inbox's name among feeds; every other feed is called by the address of its newsletter. */
export const INBOX = 'inbox'

/** Addresses of one feed and of what it names. The pass in them opens this feed and its issues, and nothing else. */
export class FeedAddresses implements FeedUrls {
  #base: string
  #pass: string

  /**
   * @param host with the port, as the request names it, which the guard has checked
   * @param name address of a newsletter, or {@link INBOX}
   */
  constructor (host: string, name: string, secrets: Secrets) {
    this.#base = `http://${host}/feeds/${name}`
    this.#pass = `?pass=${secrets.createFeedPass(name)}`
  }

  get home (): string { return this.#base + this.#pass }

  format (format: FeedFormat): string { return `${this.#base}/${feedFormats[format].file}${this.#pass}` }

  issue = (ref: string): string => `${this.#base}/issues/${ref}${this.#pass}`

  file = (ref: string, name: string): string => `${this.#base}/issues/${ref}/files/${encodeURIComponent(name)}${this.#pass}`
}
