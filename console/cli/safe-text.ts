/**
 * A text from somebody else, for a terminal: without what could move the cursor, colour the screen or turn the line
 * around.
 */
export function safeText (text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '').trim()
}

/** Like {@link safeText}, with its lines kept. */
export function safeLines (text: string): string {
  return text.split('\n').map(line => line.replace(/\t/g, '    ').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '').replace(/\p{Bidi_Control}/gu, '')).join('\n')
}
