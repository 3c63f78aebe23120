/** As many characters as a call can take for arguments. */
const CHUNK = 8192

export function toBase64 (bytes: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < bytes.length; start += CHUNK) binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK))
  return btoa(binary)
}

/** Null for what is not exactly the base64 of something. */
export function fromBase64 (text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), char => char.charCodeAt(0))
    return toBase64(bytes) === text ? bytes : null
  } catch {
    return null // atob throws for what is not base64
  }
}
