/** Words that a person reads in a minute, in most languages between 180 and 260. */
const WORDS_A_MINUTE = 230

/** A word, with what joins its parts. Where writing has no spaces, a character counts as a word. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’.,-](?=[\p{L}\p{N}]))*/gu

/** Targets of links and pictures, which nobody reads. */
const TARGET = /(?<=\])\((?:<[^>\n]*>|[^\s()]*)(?:\s+"[^"\n]*")?\)|^ {0,3}\[[^\]\n]+\]:\s*\S+.*$/gm

/** The words of a Markdown text, as editor and node count them alike. */
export function countWords (markdown: string): number {
  return markdown.replace(TARGET, '').match(WORD)?.length ?? 0
}

/** Minutes to read so many words; at least one where there is anything to read. */
export function readingMinutes (words: number): number {
  return Math.ceil(words / WORDS_A_MINUTE)
}
