/** A picture or attachment that an issue carries, read from the folder beside its text. */
export interface PreparedFile {
  /** `files/<name>`, as the text names it. */
  path: string
  /** MIME type. */
  type: string
  sizeBytes: number
  /** BLAKE2b-256 in lower-case hex. */
  blake2b: string
  alt: string
  /** Pixels, as shown (a photograph's turn is applied); absent when the file does not tell. */
  width?: number
  height?: number
  /** Why readers do not see it as a picture, though it is called one; absent when they do, and for what is none. */
  notShown?: string
  /**
   * The bytes in blocks of 64 KiB, from the start at each call.
   *
   * @throws AppError BAD_SOURCE when the file is no longer the one that was prepared
   */
  blocks: () => AsyncIterable<Uint8Array>
}

/** An issue as it would be published, made from a text and the files beside it. */
export interface PreparedIssue {
  /** Stem of the text's file or the folder's name; empty when the text came without one. */
  sourceName: string
  title: string
  subtitle: string
  summary: string
  authors: string[]
  tags: string[]
  /** BCP 47; null when the source does not say. */
  language: string | null
  /** ISO 8601 in UTC; null when the source does not say. */
  publishedAt: string | null
  /** Markdown in UTF-8, lines ended by LF. */
  body: Uint8Array
  files: PreparedFile[]
  /** What was changed or left out on the way, for the author to read. */
  notes: string[]
}
