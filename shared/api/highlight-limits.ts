/** For pages, too, that need nothing else of the contract. */
export const QUOTE_CHARACTERS = 5_000
export const NOTE_CHARACTERS = 10_000
/** Of the text before a quote: tells two places with the same words apart. */
export const BEFORE_CHARACTERS = 40
