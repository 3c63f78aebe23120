/** Replaces what lies between two positions of a text. */
export interface TextEdit {
  from: number
  to: number
  text: string
}

/** The text with all edits made. An edit that overlaps one that starts before it is left out. */
export function applyEdits (text: string, edits: TextEdit[]): string {
  const parts: string[] = []
  let done = 0
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    if (edit.from < done) continue
    parts.push(text.slice(done, edit.from), edit.text)
    done = edit.to
  }
  return parts.join('') + text.slice(done)
}
