/** States and progress in the words that the command line uses, too. */

const STATES = { waiting: 'Waiting for peers', downloading: 'Downloading', ready: 'Ready offline', notVerified: 'Not verified' }

export function stateInWords ({ state, haveBytes, sizeBytes, haveParts, parts, problem }) {
  if (state === 'notVerified') return `${STATES.notVerified}: ${problem?.reason ?? 'the reason is not known'}`
  if (state === 'downloading') return `${STATES.downloading}: ${bytesInWords(haveBytes)} of ${bytesInWords(sizeBytes)}, ${haveParts} of ${parts} parts`
  return STATES[state]
}

export function bytesInWords (bytes) {
  if (bytes < 1000) return `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`
}

export function progressInWords ({ state, peers, issues, bytes, problem }) {
  const found = peers === 0 ? 'nobody found yet' : `found ${peers} ${peers === 1 ? 'peer' : 'peers'}`
  const count = `${issues.ready} of ${issues.known} ${issues.known === 1 ? 'issue' : 'issues'}`
  const refused = issues.notVerified === 0 ? '' : `, ${issues.notVerified} not verified`
  const missing = bytesInWords(bytes.known - bytes.have)
  if (state === 'notVerified') return `Not verified: ${problem?.reason ?? 'the reason is not known'}`
  if (state === 'upToDate') return `Everything is here: ${count}${refused}, ${bytesInWords(bytes.have)}; ${found}`
  if (state === 'alone') return `Nobody is connected; ${count}${refused}, ${missing} missing`
  if (state === 'looking') return issues.known === 0 ? `Looking for peers; ${found}` : `Looking for peers; ${count} here${refused}`
  return issues.known === 0 ? `Asking what there is; ${found}` : `${count}${refused}, ${missing} to go; ${found}`
}

export function dateInWords (text) {
  return text === '' ? '' : new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(text))
}
