import { AppError } from '../shared/errors.ts'
import { type Address, formatAddress, parseAddress } from '../shared/format/address.ts'
import type { Following } from './following/following.ts'
import type { IssueKey } from './issue-view.ts'
import type { Library } from './library/library.ts'

/**
 * The newsletter that a person means: by its address in any spelling, by what they call it, or by its title. The address goes
 * first, and then their own name, so that no title can pass for either.
 *
 * @throws AppError NEWSLETTER_NOT_FOUND, AMBIGUOUS
 */
export async function newsletterNamed (name: string, following: Following, library: Library): Promise<Address> {
  const address = addressIn(name)
  if (address && following.has(address)) return address
  const meant = name.trim().toLowerCase()
  const called = following.all.filter(({ followed: { petName = '' } }) => petName !== '' && petName.toLowerCase() === meant)
  if (called.length > 1) throw ambiguous('are called so by you', called.map(({ followed }) => followed.address))
  if (called[0]) return called[0].followed.address
  const titled = (await library.newsletters()).filter(({ title }) => title.toLowerCase() === meant)
  if (titled.length > 1) throw ambiguous('have this title', titled.map(({ address }) => address))
  if (titled.length === 0) throw new AppError('NEWSLETTER_NOT_FOUND', `There is no newsletter ${JSON.stringify(name.slice(0, 100))} on this node. "colporteur newsletter list" tells which there are.`)
  return titled[0]!.address
}

function ambiguous (how: string, addresses: Address[]): AppError {
  return new AppError('AMBIGUOUS', `${addresses.length} newsletters ${how}. Name it by its address:\n${addresses.map(address => formatAddress(address)).join('\n')}`)
}

/**
 * The issue that a person means: by its id, with `@<address>` where two newsletters use one id.
 *
 * @throws AppError ISSUE_NOT_FOUND, AMBIGUOUS
 */
export async function issueNamed (ref: string, library: Library): Promise<IssueKey> {
  const [id = '', place] = ref.trim().toLowerCase().split('@', 2)
  const issues = await library.issuesWithId(id)
  const wanted = place === undefined ? issues : issues.filter(({ newsletter }) => newsletter === addressIn(place))
  if (wanted.length > 1) throw new AppError('AMBIGUOUS', `${wanted.length} newsletters have an issue with this id. Name it as <id>@<address>.`)
  if (wanted.length === 0) throw new AppError('ISSUE_NOT_FOUND', `There is no issue ${JSON.stringify(ref.slice(0, 100))} on this node. "colporteur inbox" tells which there are.`)
  return wanted[0]!
}

export function addressIn (text: string): Address | null {
  try {
    return parseAddress(text).address
  } catch {
    return null // a title, then
  }
}
