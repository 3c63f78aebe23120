import { setTimeout } from 'node:timers/promises'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { rootKeyFromWords, rootKeysOfWords } from '../../shared/format/words.ts'
import type { SigningKey } from '../../shared/format/signature.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { AddressSearch } from './address-search.ts'
import { addressOfKey, wordsProblem } from './restored-root.ts'

/** Another newsletter of the same words, made on another machine, is looked for so long, and so many of them at once. */
const LOOK_MS = 5_000
const LOOK_AHEAD = 4

/**
 * The root key of the next newsletter of words that stand for some already. One that exists must not get a second history,
 * so the newsletters of these words have to be known here, and others are looked for.
 *
 * @param online false: only those that are known here can be told
 * @throws AppError BAD_WORDS, NOT_FOUND when no newsletter of these words is known here, TOO_LARGE
 */
export async function nextRootKey (words: string, { roots, meeting, online }: { roots: RootStore, meeting: Meeting, online: boolean }): Promise<SigningKey> {
  const publicKeys = rootKeysOfWords(words)
  const addresses = publicKeys.map(addressOfKey)
  const known = await Promise.all(addresses.map(address => roots.get(address)))
  for (const root of known) {
    const problem = root && root.chain.newest.state !== 'ended' ? wordsProblem(publicKeys, root.chain) : null
    if (problem) throw new AppError('BAD_WORDS', problem.reason)
  }
  let index = known.findLastIndex(root => root !== null) + 1
  if (index === 0) throw new AppError('NOT_FOUND', 'No newsletter of these words is known on this machine. Restore or subscribe to those that there are first, so that the new one does not get the address of one that exists.')
  if (online) index += await skipped(addresses.slice(index), roots, meeting)
  if (index >= addresses.length) throw new AppError('TOO_LARGE', `One set of words stands for at most ${addresses.length} newsletters. Start this one with words of its own.`)
  return rootKeyFromWords(words, index)
}

/** How many of these addresses are taken already, up to the last of them that somebody knows. */
async function skipped (addresses: Address[], roots: RootStore, meeting: Meeting): Promise<number> {
  let count = 0
  while (true) {
    const looked = addresses.slice(count, count + LOOK_AHEAD)
    const search = new AddressSearch({ addresses: looked, meeting, roots, onFound: () => {} })
    await search.ready()
    await setTimeout(LOOK_MS)
    await search.close()
    const found = await Promise.all(looked.map(async address => await roots.get(address) !== null))
    if (!found.includes(true)) return count
    count += found.lastIndexOf(true) + 1
  }
}
