import type { Ends } from './namespaces.ts'
import type { TestNode } from './network.ts'

/** What happened while documents were read that should not happen. */
export interface Seen {
  /** What ran, or would run if it was touched. */
  scripts: string[]
  /** Requests to anybody but the machines that show documents here. */
  packets: string[]
  /** Pages and frames that went elsewhere, windows that opened, files that were saved. */
  navigations: string[]
  /** What the browser itself did not like: something that the walls alone have stopped. */
  complaints: string[]
}

/** What a person sees of an issue, and where it leads them. */
export interface Shown {
  /** Pictures that the browser has loaded, and those that it could not. */
  pictures: number
  brokenPictures: string[]
  /** Where links lead, outside of the issue. */
  links: string[]
}

/** Reads documents in a real browser, as a person does, and touches in them what can be touched. */
export interface Viewer {
  readonly seen: Seen
  /** Pages that were read. */
  readonly pages: number
  /** Opens the console of a node, which listens. */
  console (node: TestNode): Promise<void>
  /** Opens an issue in the console, until its last words are there. */
  read (ref: string, title: string, lastWords: string): Promise<void>
  /** Opens an issue in the console, until everything is shown that it shows. */
  look (ref: string, title: string): Promise<Shown>
  /** Opens a page by itself. */
  page (url: string): Promise<void>
  /** What a page does that does all of it: a check that sees nothing is none. */
  pageThatDoesAll (url: string): Promise<Seen>
}

export interface ViewerOptions {
  /** Where every name leads that is not this machine. */
  trapPort: number
  /** Files below it are read, and no others. */
  folder: string
}

/** Null when there is no browser. Known to the compiler among the tests that know a browser. */
export async function openViewer (ends: Ends, options: ViewerOptions): Promise<Viewer | null> {
  const place = new URL('../browser/document-viewer.js', import.meta.url).href
  const { launchViewer } = await import(place) as { launchViewer: (ends: Ends, options: ViewerOptions) => Promise<Viewer | null> }
  return await launchViewer(ends, options)
}
