/** Languages that are written from right to left, where a tag does not name the script. */
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'ha-arab', 'he', 'khw', 'ks', 'ku-arab', 'nqo', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi'])
const SCRIPTS = /^(?:adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa)$/i

/** Which way a language is written. @param language BCP 47 */
export function directionOf (language: string): 'ltr' | 'rtl' {
  const [first = '', ...rest] = language.toLowerCase().split('-')
  const script = rest.find(part => /^[a-z]{4}$/.test(part))
  if (script) return SCRIPTS.test(script) ? 'rtl' : 'ltr'
  return RIGHT_TO_LEFT.has(first) ? 'rtl' : 'ltr'
}
