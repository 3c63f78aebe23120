/** Blocks that nobody has asked for are taken up to so many bytes, when they follow on what is here. */
export const UNASKED_BYTES = 8 * 1024 * 1024
/** So long after the core has grown; then it is counted anew. */
export const UNASKED_MS = 10_000
