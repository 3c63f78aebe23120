import type { Progress } from '../../../shared/api/subscriptions.ts'
import { problemInWords } from './failure-in-words.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** How far a subscription is, as a person says it: "found 3 peers; “By sea”: 4 of 16 parts, 2.1 MB to go". */
export function progressInWords ({ state, peers, issues, bytes, arriving, problem }: Progress, phrases: Phrases): string {
  const { reading, holding } = phrases
  const missing = bytes.known - bytes.have
  switch (state) {
    case 'looking': return issues.ready === 0 ? reading.looking : reading.lookingHere(issues.ready)
    case 'alone': return reading.aloneWith(issues.ready, issues.known, missing)
    case 'paused': return reading.paused
    case 'notVerified': return `${reading.states.notVerified}: ${problemInWords(problem, phrases)}`
    case 'upToDate': return issues.partial + issues.removed === 0
      ? reading.everythingHere(issues.ready, bytes.have)
      : holding.everythingWanted(issues.ready, issues.partial, issues.removed, bytes.have)
    case 'downloading': return capital(`${reading.foundPeers(peers)}; ${whatComes()}`)
  }

  function whatComes (): string {
    if (issues.known === 0) return reading.asking
    // What is said of the newest issue says all when there is no other.
    if (arriving && (issues.ready === 0 || issues.known - issues.ready === 1)) {
      const { title, haveParts, parts, sizeBytes, haveBytes } = arriving
      return `${reading.arriving(title)}: ${reading.parts(haveParts, parts, sizeBytes - haveBytes)}`
    }
    return `${reading.issuesOf(issues.ready, issues.known)}, ${reading.toGo(missing)}`
  }
}

function capital (text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}
