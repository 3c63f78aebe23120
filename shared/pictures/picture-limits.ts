/*
 * What is shown as a picture. A file of a few kilobytes can claim to be gigabytes of pixels, and whoever decodes it pays: so the
 * claim is read and compared with these before a browser sees a byte.
 */

/**
 * Pixels on a side: as far as browsers draw without dividing (the largest texture of most graphics chips, the longest side of a
 * canvas in Chromium and Safari), and one more than the format of WebP can say.
 */
export const MOST_SIDE = 16_384
/** In all: what the largest cameras for 35 mm take (61 million) fits; a browser needs four bytes for each, here 256 MB. */
export const MOST_PIXELS = 64_000_000
/** Of one frame of something that moves: a frame of 4K television. Browsers decode each again when it is its turn, some dozens in a second. */
export const MOST_MOVING_PIXELS = 3_840 * 2_160
/** Browsers keep a record of every frame, whatever is in it. As many are five minutes of what is usual. */
export const MOST_FRAMES = 5_000
/** An SVG is read as a whole, like the text of an issue, which may be as large. */
export const MOST_SVG_BYTES = 4 * 1024 * 1024
/** So much of a file is read at most to find out what it is. A GIF tells its frames nowhere: all of it is gone through. */
export const MOST_LOOKED_BYTES = 32 * 1024 * 1024
/** Reading so much takes a tenth of a second; from a disk that is asked by others at the same time it may take longer. */
export const MOST_LOOKED_MS = 5_000
