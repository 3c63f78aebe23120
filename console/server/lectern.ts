import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { siblingOrigin } from './host-check.ts'

/** In the built page, in place of the origin of the console that shows it. */
const CONSOLE = 'http://console.invalid'

/** The link to the fonts, as the build writes it. */
const FONTS = /<link rel="stylesheet"[^>]* href="\.(\/assets\/fonts-[\w-]+\.css)">/g

/** The page that holds an issue's page for the console: ours, with the only script of the reading origin. */
export class Lectern {
  /** Paths of the fonts that are lent to the pages it holds. It has no text itself. */
  readonly stylesheets: string[]
  #webFolder: string
  #html: string | null

  constructor (webFolder: string) {
    this.#webFolder = webFolder
    const file = join(webFolder, 'lectern.html')
    const html = existsSync(file) ? readFileSync(file, 'utf8') : null
    this.stylesheets = [...html?.matchAll(FONTS) ?? []].map(([, path]) => path!)
    this.#html = html && html.replaceAll(FONTS, '')
  }

  async serve (app: FastifyInstance, { consolePort }: { consolePort: () => number }): Promise<void> {
    app.addHook('onRoute', route => { route.config = { ...route.config, access: 'page' } })
    const html = this.#html
    if (html === null) return
    app.get('/lectern.html', async ({ headers }, reply) => {
      const console = siblingOrigin(headers.host, consolePort()) ?? CONSOLE
      reply.headers({
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; " +
          `frame-ancestors ${console}`
      })
      return html.replace(CONSOLE, console)
    })
    await app.register(fastifyStatic, {
      root: join(this.#webFolder, 'assets'),
      prefix: '/assets/',
      wildcard: false,
      cacheControl: false,
      setHeaders: reply => { reply.header('cache-control', 'no-cache') }
    })
  }
}
