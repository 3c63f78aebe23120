import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

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
  await app.register(fastifyStatic, { root: webFolder, serve: false, cacheControl: false, setHeaders: reply => { reply.header('cache-control', 'no-cache') } })
  for (const [folder, names] of await namesByFolder(webFolder)) {
    // Not one for each file: there are a hundred.
    app.route({
      method: ['GET', 'HEAD'],
      url: `${folder}/:file(^(?:${names.map(escaped).join('|')})$)`,
      handler: (request, reply) => reply.sendFile(`${folder}/${(request.params as { file: string }).file}`)
    })
  }
  app.route({ method: ['GET', 'HEAD'], url: '/', handler: (_request, reply) => reply.sendFile('index.html') })
}

/** Only what is there has a route, so that an unknown path stays unknown instead of a file that is not there. */
async function namesByFolder (root: string): Promise<Map<string, string[]>> {
  const folders = new Map<string, string[]>()
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const folder = relative(root, entry.parentPath).replaceAll('\\', '/')
    const place = folder && `/${folder}`
    if (entry.isFile()) folders.set(place, [...folders.get(place) ?? [], entry.name])
  }
  return folders
}

function escaped (name: string): string {
  return name.replace(/[^\w-]/g, '\\$&')
}
