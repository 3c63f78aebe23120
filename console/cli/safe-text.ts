/**
 * A text from somebody else, for a terminal: without what could move the cursor, colour the screen or turn the line
 * around.
 */
export function safeText (text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '').trim()
}

/** JSON that says the same, without what would steer a terminal or turn its lines around: that stands escaped. */
export function safeJson (json: string): string {
  return json.replace(/[\u007f-\u009f\p{Zl}\p{Zp}]|\p{Bidi_Control}/gu, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Like {@link safeText}, with its lines kept. */
export function safeLines (text: string): string {
  return text.split('\n').map(line => line.replace(/\t/g, '    ').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '').replace(/\p{Bidi_Control}/gu, '')).join('\n')
}
