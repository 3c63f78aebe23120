/**
 * By which name a text links to its headings: `[below](#by-sea)` leads to `## By sea`. As on GitHub, so that texts written
 * for it work: the words in lower case, with hyphens for spaces, and a number where it was used before.
 */
export class HeadingSlugs {
  #uses = new Map<string, number>()

  /** @param words of the next heading, without markup */
  next (words: string): string {
    const slug = words.normalize('NFC').toLowerCase().trim().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '').replace(/\s/g, '-') || 'section'
    const used = this.#uses.get(slug) ?? 0
    this.#uses.set(slug, used + 1)
    return used === 0 ? slug : `${slug}-${used}`
  }
}
