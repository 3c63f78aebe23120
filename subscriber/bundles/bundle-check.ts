import z32 from 'z32'
import { AppError } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { BUNDLE_CHAINS_BYTES, BUNDLE_NEWSLETTERS, type BundleCore, type BundleRecord } from '../../shared/format/bundle.ts'
import { type RootChain, type RootChainFiles, rootChainSteps } from '../../shared/format/root-chain.ts'
import { inSteps } from '../../shared/in-steps.ts'
import { CoreCheck } from '../../shared/network/bundles/core-check.ts'
import type { CoreExtent } from '../../shared/network/bundles/core-sink.ts'

/** What a bundle that holds has of one newsletter. */
export interface CheckedNewsletter { address: Address, chain: RootChain, cores: CheckedCore[] }

/** A core, and what leads from the copy here, which had the length `from`, to it. */
export interface CheckedCore { from: number, upgrade: ReturnType<CoreCheck['upgrade']>, isEndProved: boolean }

/**
 * Goes through a whole bundle and writes nothing: the root chains hold, the cores belong to writers that they name and
 * are signed by them, every block leads to what was signed, and the copies here are of the same histories.
 */
export class BundleCheck {
  readonly newsletters: CheckedNewsletter[] = []
  #extentHere: (core: BundleCore) => Promise<CoreExtent>
  #core: CoreCheck | null = null
  #seen = new Set<string>()
  #chainsBytes = 0

  /** @param extentHere how much of a core is here */
  constructor (extentHere: (core: BundleCore) => Promise<CoreExtent>) {
    this.#extentHere = extentHere
  }

  /** @throws AppError with what is wrong */
  async take (record: BundleRecord): Promise<void> {
    switch (record.type) {
      case 'newsletter':
        this.#endCore()
        this.#once(record.address)
        this.#checkRoom(record.chain)
        this.newsletters.push({ address: record.address, chain: await inSteps(rootChainSteps(record.address, record.chain)), cores: [] })
        return
      case 'core':
        this.#endCore()
        this.#checkDrive(record.core)
        this.#core = new CoreCheck(record.core, await this.#extentHere(record.core))
        return
      case 'bridge': return this.#open().bridge(record.nodes)
      case 'block': return this.#open().block(record.block)
      case 'end': return
    }
  }

  /** @throws AppError BUNDLE_GAP, BAD_FORMAT */
  end (): void {
    this.#endCore()
    if (this.newsletters.length === 0) throw new AppError('BAD_FORMAT', 'The bundle holds no newsletter.')
  }

  #checkDrive (core: BundleCore): void {
    const newsletter = this.newsletters.at(-1)
    if (!newsletter) throw new AppError('BAD_FORMAT', 'The bundle does not begin with a newsletter.')
    const drive = z32.encode(core.drive)
    this.#once(`${drive} ${core.kind}`)
    if (newsletter.chain.newest.writers.some(writer => writer.drive === drive)) return
    throw new AppError('UNKNOWN_WRITER', `The bundle has a drive of a writer whom the root of ${formatAddress(newsletter.address)} does not know.`)
  }

  #checkRoom ({ documents }: RootChainFiles): void {
    this.#chainsBytes += documents.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (this.newsletters.length < BUNDLE_NEWSLETTERS && this.#chainsBytes <= BUNDLE_CHAINS_BYTES) return
    throw new AppError('TOO_LARGE', `The bundle has more than the ${BUNDLE_NEWSLETTERS} newsletters that one may have, or larger root chains. Nothing of it was taken over.`)
  }

  #open (): CoreCheck {
    if (!this.#core) throw new AppError('BAD_FORMAT', 'The bundle has blocks that belong to no drive.')
    return this.#core
  }

  #endCore (): void {
    if (this.#core) this.newsletters.at(-1)!.cores.push({ from: this.#core.from, upgrade: this.#core.upgrade(), isEndProved: this.#core.isEndProved })
    this.#core = null
  }

  /** A part that came twice would be put in by what was said of the other one. */
  #once (name: string): void {
    if (this.#seen.has(name)) throw new AppError('BAD_FORMAT', 'The bundle has something twice.')
    this.#seen.add(name)
  }
}
