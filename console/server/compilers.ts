import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import serializers from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance, FastifySerializerCompiler } from 'fastify'

/**
 * Validates and writes JSON as the contract says. Most endpoints share the schemas of problems and of empty queries, and
 * two servers of a process share all: each is compiled once, which is half of the time in which a server becomes ready.
 */
export function compilers (app: FastifyInstance): void {
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler(serializer)
}

const validator = once(TypeBoxValidatorCompiler)
const serializer = once(serializers()() as FastifySerializerCompiler<unknown>)

function once<Route extends { schema?: unknown }, Compiled> (compile: (route: Route) => Compiled): (route: Route) => Compiled {
  const compiled = new WeakMap<object, Compiled>()
  return route => {
    const schema = route.schema as object
    const known = compiled.get(schema) ?? compile(route)
    compiled.set(schema, known)
    return known
  }
}
