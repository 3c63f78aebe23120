import { isAppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { verifyNewsletter } from '../../shared/format/newsletter.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { LibraryNewsletter } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import type { SignedText } from './index-scan.ts'

/** Of a newsletter of which nothing has arrived yet. */
export const UNDESCRIBED = { title: '', description: '', language: 'en', authors: [], licence: '', website: '', rhythm: '', describedAt: '', problem: null }

/** What the library says of a newsletter itself: one change after the other. */
export class NewsletterRecord {
  #address: Address
  #library: Library
  #changing: Promise<void> = Promise.resolve()

  constructor (address: Address, library: Library) {
    this.#address = address
    this.#library = library
  }

  /** Returns when nothing is being written any more. */
  async done (): Promise<void> {
    await this.#changing
  }

  async change (change: (known: LibraryNewsletter) => Partial<LibraryNewsletter>): Promise<void> {
    const turn = this.#changing.then(async () => {
      const known = await this.#library.newsletter(this.#address)
      if (known) await this.#library.putNewsletter({ ...known, ...change(known) })
    })
    this.#changing = turn.catch(() => {}) // told to whom it was for
    await turn
  }

  async setProblem (problem: LibraryNewsletter['problem']): Promise<void> {
    await this.change(() => ({ problem }))
  }

  /** Without its root nothing of the newsletter can be checked, and nobody else's suffers for it. `aside`: where its damaged file was put. */
  async rootMissing (aside: string | null): Promise<void> {
    if (aside) await this.setProblem({ code: 'BAD_ROOT', reason: `The file with the root of this newsletter was damaged, and is kept as ${aside}. The root comes again from whoever holds it; until then nothing of the newsletter can be checked.` })
  }

  /** Takes over what a document says of the newsletter, when it is signed by the writer and newer than what is known. */
  async describe ({ text, signature }: SignedText, writer: RootWriter): Promise<void> {
    try {
      const { id, signingKey } = writer
      const document = verifyNewsletter({ bytes: Buffer.from(text), signature }, { newsletter: this.#address, writer: id, signingKey })
      await this.change(known => document.at <= known.describedAt
        ? {}
        : {
            title: document.title,
            description: document.description,
            language: document.language,
            authors: document.authors.map(({ name }) => name),
            licence: document.licence ?? '',
            website: document.website ?? '',
            rhythm: document.rhythm ?? '',
            describedAt: document.at
          })
    } catch (error) {
      if (!isAppError(error)) throw error
      await this.setProblem({ code: error.code, reason: error.message })
    }
  }
}
