import type { Proposal, RootChange, RootSaying } from '../../shared/api/root.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { checkNextDocument, departureOf, type RootChain } from '../../shared/format/root-chain.ts'
import {
  chainWith, isSignedBy, parseProposal, proposalOf, readProposal, type RootProposal, signersOf, signProposal, writeProposal, type WrittenProposal
} from '../../shared/format/root-proposal.ts'
import { keyIdText, type SigningKey } from '../../shared/format/signature.ts'
import { findRootKey } from '../../shared/format/words.ts'
import { inSteps } from '../../shared/in-steps.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import { Turns } from '../../shared/turns.ts'
import { changeDocument, type ChangeParts } from './change-document.ts'
import { rootEffects } from './root-effects.ts'
import { says } from './root-sayings.ts'

export interface RootChangesParts extends ChangeParts {
  meeting: Meeting
}

/** What signs a proposal: words that somebody gives, or those that still lie here, sealed or not. */
export interface Signing { words?: string, passphrase?: string }

/** Makes root documents: proposes them, has them signed by as many as it takes, and publishes them. */
export class RootChanges {
  #parts: RootChangesParts
  /** Of two documents that continue one chain, both would have one number, and split the root for everybody. */
  #turns = new Turns()

  constructor (parts: RootChangesParts) {
    this.#parts = parts
  }

  /** @throws AppError NOT_COMPLETE while the root is not known here, NOT_FOUND, CONFLICT, BAD_REQUEST for what can't be */
  async propose (address: Address, change: RootChange): Promise<Proposal> {
    const known = await this.#parts.roots.get(address)
    if (!known) throw new AppError('NOT_COMPLETE', 'The root of this newsletter has not been found yet.')
    const { change: differs, notes, newKeys = [] } = await changeDocument(change, known.chain, this.#parts)
    const proposal = proposalOf(known.chain, differs)
    checkNextDocument(proposal.document, known.chain)
    return this.#view(newKeys.reduce(signProposal, proposal), known.dispute ? [settled(known.dispute), ...notes] : notes)
  }

  /**
   * What a proposal from somewhere else would do.
   *
   * @throws AppError BAD_ROOT, BAD_FORMAT, BAD_SIGNATURE, CONFLICT when the root has gone on meanwhile
   */
  async read (text: string): Promise<Proposal> {
    return this.#view(await this.#current(parseProposal(text)), [])
  }

  /** @throws AppError like {@link read}, BAD_WORDS when the words give none of the keys that have to sign, BAD_PASSPHRASE */
  async sign (text: string, signing: Signing): Promise<Proposal> {
    const proposal = await this.#current(parseProposal(text))
    const wanted = signersOf(proposal).flatMap(({ keys }) => keys)
    const keys = await this.#signers(proposal.base.address, wanted, signing)
    return this.#view(keys.reduce(signProposal, proposal), [])
  }

  /**
   * Makes a proposal the newest root document, and tells everybody.
   *
   * @throws AppError like {@link read}, BAD_SIGNATURE while too few have signed, CONFLICT when another one came first
   */
  async publish (text: string): Promise<{ newsletter: Address, number: number }> {
    const written = parseProposal(text)
    const { newsletter } = written
    return await this.#turns.inTurn(newsletter, async () => {
      const { meeting, roots, enrolment } = this.#parts
      const chain = await inSteps(chainWith(await this.#current(written)))
      await meeting.offerNext(chain)
      const { number } = chain.newest
      const { chain: known } = (await roots.get(newsletter))!
      if (known.documents.length <= number || departureOf(known, chain) !== null) throw goneOn(number, known.newest.number)
      // Whoever asks next, or changes the root again, finds this device in the place that it has now.
      await enrolment.enrol(newsletter)
      return { newsletter, number }
    })
  }

  /** A proposal that may come next. What is known here of its chain is not checked again. */
  async #current (written: WrittenProposal): Promise<RootProposal> {
    const known = await this.#parts.roots.get(written.newsletter)
    const proposal = await inSteps(readProposal(written, known ? [known.chain] : []))
    const { base, document } = proposal
    checkNextDocument(document, base)
    if (known && known.chain.newestHash !== base.newestHash && !continues(base, known.chain)) throw goneOn(document.number, known.chain.newest.number)
    return proposal
  }

  async #signers (address: Address, wanted: string[], { words, passphrase }: Signing): Promise<SigningKey[]> {
    if (words === undefined) {
      const held = (await this.#parts.custody.signers(address, passphrase)).filter(({ publicKey }) => wanted.includes(publicKey))
      if (held.length === 0) throw new AppError('BAD_WORDS', 'The words lie not on this machine any more: give those that you wrote down.')
      return held
    }
    const key = findRootKey(words, wanted)
    if (!key) throw new AppError('BAD_WORDS', 'These are valid recovery words, but they give none of the keys that have to sign.')
    return [key]
  }

  #view (proposal: RootProposal, notes: RootSaying[]): Proposal {
    const { base, document } = proposal
    const signers = signersOf(proposal).map(({ keys, threshold }) => ({
      keys: keys.map(keyIdText), threshold, signed: keys.filter(key => isSignedBy(proposal, key)).map(keyIdText)
    }))
    return {
      text: writeProposal(proposal),
      newsletter: base.address,
      number: document.number,
      effects: rootEffects(base.newest, document),
      notes,
      signers,
      complete: signers.every(({ threshold, signed }) => signed.length >= threshold)
    }
  }
}

/** What becomes of the other one of two documents with one number, when a longer chain settles which of them counts. */
function settled ({ documents, newest }: RootChain): RootSaying {
  const said = rootEffects(documents.at(-2) ?? newest, newest).map(({ text }) => text).join(' ')
  return says('settles', { number: newest.number, said })
}

/** A proposal for document `number` came too late. */
function goneOn (number: number, newest: number): AppError {
  return new AppError('CONFLICT', `This proposal is for document ${number}, and the root has gone on to document ${newest} without it. Propose the change anew.`)
}

/** True when `longer` is what became of `known`: a node that has not heard of it yet may sign it. */
function continues (longer: RootChain, known: RootChain): boolean {
  const next = longer.documents[known.documents.length]
  return next?.previous === known.newestHash
}
