import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import type { KeeperWeb } from '../../shared/api/keeping.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { Resource } from '../../shared/resource.ts'
import type { Subscriber } from '../../subscriber/subscriber.ts'
import { PublicLibrary } from './public-library.ts'
import { buildShelfApp } from './shelf-app.ts'

export interface ShelfParts {
  subscriber: Subscriber
  /** False: an order that is over soon serves nobody. */
  isServing: boolean
  log: Log
}

/** What the server's routes ask of it. */
export type ShelfPart = Pick<Shelf, 'url' | 'problem' | 'serve'>

/** The listener that shows what is kept to everyone, where the keeper has said so. */
export class Shelf extends Resource {
  #parts: ShelfParts
  #app: FastifyInstance | null = null
  #web: KeeperWeb | null = null
  #problem: string | null = null

  constructor (parts: ShelfParts) {
    super()
    this.#parts = parts
  }

  /** A port that another program has taken is no reason to keep nothing. */
  protected override async _open (): Promise<void> {
    const { subscriber, isServing, log } = this.#parts
    if (!isServing) return
    await this.serve(subscriber.keeping.settings.web).catch((error: unknown) => {
      this.#problem = messageOf(error)
      log.warn({ error: this.#problem }, 'no web pages are served')
    })
  }

  protected override async _close (): Promise<void> {
    await this.#app?.close()
  }

  get url (): string | null {
    if (!this.#app || !this.#web) return null
    const { address, family, port } = this.#app.server.address() as AddressInfo
    return this.#web.url ?? `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`
  }

  get problem (): string | null { return this.#problem }

  /** @throws AppError BAD_CONFIG when the address can't be had; then it goes on where it was */
  async serve (web: KeeperWeb | null): Promise<void> {
    if (!this.#parts.isServing) return
    const before = { app: this.#app, web: this.#web }
    // The same port can't be had twice.
    const isSamePlace = web !== null && before.web !== null && web.host === before.web.host && web.port === before.web.port
    if (isSamePlace) await before.app?.close()
    try {
      this.#app = web && await this.#listen(web)
      this.#web = web
      this.#problem = null
    } catch (error) {
      if (isSamePlace) this.#app = null
      throw error
    }
    if (!isSamePlace) await before.app?.close()
  }

  async #listen ({ host, port, url }: KeeperWeb): Promise<FastifyInstance> {
    const { subscriber, log } = this.#parts
    if (isIP(host) === 0) throw new AppError('BAD_CONFIG', `${host} is not an IP address. Give --web one of this machine, as 127.0.0.1:8080, or 0.0.0.0:8080 for all.`)
    const keeper = (): string => subscriber.keeping.settings.name || subscriber.keeping.settings.owner
    const app = buildShelfApp({ library: new PublicLibrary(subscriber), url, keeper, log })
    try {
      await app.listen({ host, port })
    } catch (cause) {
      await app.close()
      const { code } = cause as NodeJS.ErrnoException
      if (code === undefined) throw cause
      throw new AppError('BAD_CONFIG', `Web pages can not be served on ${host} port ${port} (${code}). Give --web an address of this machine and a free port.`, { cause })
    }
    return app
  }
}
