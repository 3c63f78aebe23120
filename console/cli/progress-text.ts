import type { Progress } from '../../shared/api/subscriptions.ts'

/** 1.2 MB and the like; powers of 1000. */
export function bytesInWords (bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`
}

/** "found 2 peers; 14 of 202 issues, 1.2 MB to go" */
export function progressInWords ({ state, peers, issues, bytes, problem }: Progress): string {
  const found = peers === 0 ? 'nobody found yet' : peers === 1 ? 'found 1 peer' : `found ${peers} peers`
  const count = `${issues.ready} of ${issues.known} ${issues.known === 1 ? 'issue' : 'issues'}`
  const refused = (issues.partial === 0 ? '' : `, ${issues.partial} in part`) + (issues.notVerified === 0 ? '' : `, ${issues.notVerified} not verified`) + (issues.removed === 0 ? '' : `, ${issues.removed} left out to save space`)
  const missing = bytes.known - bytes.have
  switch (state) {
    case 'looking': return issues.known === 0 ? `looking for peers; ${found}` : `looking for peers; ${count} here${refused}`
    case 'alone': return `nobody is connected; ${count}${refused}, ${bytesInWords(missing)} missing`
    case 'downloading': return issues.known === 0 ? `${found}; asking what there is` : `${found}; ${count}${refused}, ${bytesInWords(missing)} to go`
    case 'upToDate': return `${found}; ${issues.partial + issues.removed === 0 ? 'everything' : 'what you keep'} is here: ${count}${refused}, ${bytesInWords(bytes.have)}`
    case 'paused': return `paused: nothing new is looked for; ${count}${refused} here`
    case 'notVerified': return `not verified: ${problem?.reason ?? 'the reason is not known'}`
  }
}
