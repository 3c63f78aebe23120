/** The limits of format 1. Both sides refuse what is larger, with TOO_LARGE or BAD_FORMAT. Sizes are in bytes. */
const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

export const MANIFEST_BYTES = 256 * KIB
export const BODY_BYTES = 4 * MIB
export const FILE_BYTES = GIB
export const ISSUE_BYTES = 2 * GIB
export const ISSUE_FILES = 1_000
/** The highest number that a revision can have. */
export const LAST_REVISION = 1_000_000

export const ROOT_BYTES = 64 * KIB
export const ROOT_CHAIN_DOCUMENTS = 1_024
export const ROOT_CHAIN_BYTES = 8 * MIB
/** A proposal holds a whole chain in base64, a document and its signatures. */
export const PROPOSAL_BYTES = 12 * MIB
export const ROOT_KEYS = 32
export const ROOT_WRITERS = 256

/** Block size of the blobs core: what Hyperdrive uses. */
export const BLOCK_BYTES = 64 * KIB
/** Blocks that either core of a drive may have: 1 TiB of content. Announcements beyond it are refused. */
export const DRIVE_BLOCKS = 2 ** 24
/** A block of a drive's index: what travels in it, with the tree that Hyperdrive keeps there. */
export const INDEX_BLOCK_BYTES = 256 * KIB
/**
 * The indexes of a newsletter's drives together: about 10 KiB for each of 100,000 issues, where one of a text takes some 2 KiB
 * with its parts. Readers hold an index whole, so of a larger one they fetch nothing more.
 */
export const INDEXES_BYTES = GIB
/** A path in a drive. */
export const PATH_BYTES = 1_024
/** A signed document up to this size travels in the index entry's metadata, too, so that one block shows something. */
export const EMBEDDED_BYTES = 16 * KIB
/** Readers are led through so many newsletters, each of which the one before names as its successor. */
export const MOST_SUCCESSORS = 8
