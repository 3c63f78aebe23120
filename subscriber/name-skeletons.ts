import { confusableLetters } from './confusable-letters.ts'

/** A name has at most 200 characters; whatever else comes costs no more time than this. */
const MOST_CHARACTERS = 1000
/**
 * What is drawn over letters or not at all: marks that any letter may bear, Hebrew points, and what Unicode calls ignorable (zero
 * width, direction, variation, fillers, tags). Vowel signs of other writings are letters to those who read them, and so is the
 * voicing of kana.
 */
const UNSEEN = /(?![\u3099\u309A])\p{Script=Inherited}|[\u0591-\u05C7]|\p{Default_Ignorable_Code_Point}/gu
/** NFKD makes an ordinary sigma of them, which looks otherwise. */
const LUNATE_SIGMAS = /[\u03F2\u03F9]/g
/** What tells no name from another: spaces, punctuation, symbols and pictures. C++ and C# are others than C. */
const AROUND = /[^\p{L}\p{N}\p{M}+#]/gu
/** An article before a name, and no part of its first word. */
const ARTICLE = /^[^\p{L}\p{N}\p{M}+#]*the[^\p{L}\p{N}\p{M}+#]+(?=.*[\p{L}\p{N}])/u
/** Letters that stand for one together. */
const TOGETHER: [letters: RegExp, like: string][] = [[/rn/g, 'm'], [/vv/g, 'w']]

/**
 * What is left of a name when all is taken from it that an eye may pass over. Two names can be taken for each other when they share
 * one: as they are written, or as they are without regard to case. None for a name of which nothing can be seen.
 */
export function skeletonsOf (name: string): string[] {
  const seen = name.slice(0, MOST_CHARACTERS).replace(LUNATE_SIGMAS, 'c').normalize('NFKD').replace(UNSEEN, '')
  const skeletons = [seen, folded(seen)].flatMap(withoutArticle).map(skeletonOf).filter(skeleton => skeleton !== '')
  if (skeletons.length > 0) return [...new Set(skeletons)]
  const signs = seen.replace(/[\p{Z}\p{C}]/gu, '') // a name of pictures alone
  return signs === '' ? [] : [signs]
}

/** The letters that a name seems to have, and those of it without its article. */
function withoutArticle (seen: string): string[] {
  const letters = folded([...seen].map(letter => confusableLetters.get(letter) ?? letter).join(''))
  return [letters, letters.replace(ARTICLE, '')]
}

function skeletonOf (letters: string): string {
  return TOGETHER.reduce((text, [together, like]) => text.replace(together, like), letters.replace(AROUND, ''))
}

/** Upper case first, because some letters have no lower case of their own: ſ, ς. */
function folded (text: string): string {
  return text.toUpperCase().toLowerCase()
}
