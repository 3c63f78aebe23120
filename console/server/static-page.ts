import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Colporteur</title>
<h1>Colporteur</h1>
<p>The node runs, but the page of the console was not built. The command line does everything: <code>colporteur --help</code>.</p>
`

/** The page of the console and its files. They tell nothing about the person, and so need no token. */
export async function staticPage (app: FastifyInstance, { webFolder }: { webFolder: string }): Promise<void> {
  app.addHook('onRoute', route => {
    route.config = { ...route.config, access: 'page' }
    route.schema = { ...route.schema, hide: true }
  })
  if (!existsSync(join(webFolder, 'index.html'))) {
    app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(notBuilt))
    return
  }
  // One route a file, so that an unknown path stays unknown instead of a file that is not there.
  await app.register(fastifyStatic, {
    root: webFolder,
    wildcard: false,
    cacheControl: false,
    setHeaders: reply => { reply.header('cache-control', 'no-cache') }
  })
}
