/**
 * Letters of other writings that look like Latin ones or digits, by the lower-case letter or digit that they look like. Chosen from
 * Unicode's confusables (UTS #39, confusables.txt): those that common typefaces draw alike, each case for itself, and a little
 * more broadly where small and large print differ. What differs by a mark, a width or a style alone is not here: it is taken away before.
 */
const ALIKE: Record<string, string> = {
  a: 'АаΑαɑᴀꓮᎪ⍺',
  b: 'ВвЬьΒβƅʙᏴꓐƀ',
  c: 'СсςᴄᏟꓚⲥ',
  d: 'ԁᴅꓓđᎠɗɖ',
  e: 'ЕеЄєΕεᴇꓰᎬɛ',
  f: 'ꜰքꓝƒ',
  g: 'ԍɡɢᏀցꓖǥ',
  h: 'НнһΗհʜᎻꓧħ',
  i: 'іιıɩɪɨ',
  j: 'ЈјϳͿյᴊᎫꓙ',
  k: 'КкΚκᴋᏦꓗƙ',
  l: 'ІӀӏΙǀƖʟᏞլԼꓡꓲł|',
  m: 'МмΜᴍᎷꓟ',
  n: 'пΝηոռɴꓠŋ',
  o: 'ОоΟοσօՕᴏꓳဝøØ',
  p: 'РрΡρᴘᏢꓑƥ',
  q: 'ԛԚզգʠ',
  r: 'гᴦʀᎡᏒꓣ',
  s: 'ЅѕՏꜱᏚᏕꓢ$',
  t: 'ТтΤτᴛᎢꓔŧ',
  u: 'υսՍᴜꓴʋ',
  v: 'ѴѵνᴠᏙꓦ∨',
  w: 'ԜԝѡωшᴡᎳꓪɯ',
  x: 'ХхΧχᕁꓫ',
  y: 'УуҮүΥγʏᎩꓬƴ',
  z: 'ΖᴢᏃꓜƶʐ',
  3: 'ЗзӠӡȜȝƷʒ',
  4: 'Ꮞч',
  6: 'б',
  8: 'Ȣȣ'
}

/** What looks like something else in the same writing. */
const IN_LATIN: [letter: string, like: string][] = [['I', 'l'], ['1', 'l'], ['0', 'o'], ['ß', 'ss'], ['ẞ', 'ss'], ['æ', 'ae'], ['Æ', 'ae'], ['œ', 'oe'], ['Œ', 'oe']]

/** What each letter looks like. */
export const confusableLetters: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ALIKE).flatMap(([like, letters]) => [...letters].map((letter): [string, string] => [letter, like])), ...IN_LATIN
])
