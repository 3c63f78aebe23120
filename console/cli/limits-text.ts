import type { NewsletterLimits } from '../../shared/api/newsletters.ts'
import { bytesInWords } from './progress-text.ts'

/** What is taken of a newsletter at most, in one line. */
export function limitsInWords ({ indexBytes, mostIndexBytes, mostEntriesPerWriter, mostIssueBytes, mostRequestsPerPeerAndSecond }: NewsletterLimits): string {
  return [
    `${bytesInWords(indexBytes)} of at most ${bytesInWords(mostIndexBytes)} for its lists of issues`,
    `${inNumbers(mostEntriesPerWriter)} entries a writer`,
    `${bytesInWords(mostIssueBytes)} an issue`,
    `${inNumbers(mostRequestsPerPeerAndSecond)} requests a second from a peer`
  ].join('; ')
}

function inNumbers (number: number): string { return number.toLocaleString('en') }
