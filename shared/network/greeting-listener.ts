import type { AppError } from '../errors.ts'
import type { Address } from '../format/address.ts'
import type { State } from '../format/exchange.ts'
import type { RootChainFiles } from '../format/root-chain.ts'
import type { Greeting } from './greeting.ts'

/** What a greeting does with what it hears. */
export interface GreetingListener {
  /** The other side has proved that it knows the newsletter, or no longer says so. */
  onShared (greeting: Greeting, address: Address): void
  onUnshared (greeting: Greeting, address: Address): void
  onState (greeting: Greeting, address: Address, state: State): void
  onRoot (greeting: Greeting, address: Address, files: RootChainFiles): void
  onPeers (greeting: Greeting, address: Address, keys: Uint8Array[]): void
  onRefused (greeting: Greeting, error: AppError): void
}
