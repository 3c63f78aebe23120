/** What stands for itself opens a value in the one before; names (`&a`) and tags (`!a`) do not, and a word ends the row. */
const INDICATOR = /^(?:[?:-]|.*:)$/
const CLOSES: Record<string, string> = { ']': '[', '}': '{' }

/** At most so many values lie in values in a YAML text; rather too many, as where brackets stand in quotes. */
export function yamlLevels (yaml: string): number {
  const columns: number[] = []
  const brackets: string[] = []
  let most = 0
  for (const line of yaml.split('\n')) {
    const written = line.trim()
    if (written === '') continue
    const indentation = line.length - line.trimStart().length
    while (columns.length > 0 && columns.at(-1)! >= indentation) columns.pop()
    columns.push(indentation)
    let row = 0
    for (const { 0: word, index } of line.matchAll(/\S+/g)) {
      if (INDICATOR.test(word)) row++
      else if (!/^[&!]/.test(word)) row = 0
      // What stands below the second of `- - a` lies in both.
      if (row > 0 && index > columns.at(-1)!) columns.push(index)
      most = Math.max(most, columns.length + row + brackets.length)
    }
    for (const char of line) {
      if (char === '[' || char === '{') brackets.push(char)
      else if (CLOSES[char] !== undefined && brackets.at(-1) === CLOSES[char]) brackets.pop()
      most = Math.max(most, columns.length + brackets.length)
    }
  }
  return most
}
