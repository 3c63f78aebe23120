/** One program of the bench, an author or a reader, with what the bench asks of it. */
export interface Peer {
  pid: number
  /** Starts something to share; gives the name by which readers follow it. */
  create (): Promise<string>
  /** Makes an issue of a folder. */
  publish (folder: string): Promise<void>
  follow (name: string): Promise<void>
  /** Waits until so many issues are here whole, with all their files. */
  untilHas (what: { issues: number, files: number }): Promise<void>
  /** @param signal by which Colporteur ends: SIGKILL, the usual, leaves records of it in the DHT */
  stop (signal?: NodeJS.Signals): Promise<void>
}

export interface PeerParts {
  /** Of its own, where its store lies. */
  folder: string
  /** Address to bind. */
  bind: string
  /** `HOST:PORT` of the private DHT. */
  bootstrap: string
  /** Addresses by which the other peers are known; for programs that have no DHT here. */
  others: () => string[]
}

export type StartPeer = (parts: PeerParts) => Promise<Peer>
