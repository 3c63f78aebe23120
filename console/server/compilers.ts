import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import serializers from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance, FastifySerializerCompiler } from 'fastify'

/**
 * Validates and writes JSON as the contract says. A schema is compiled when it is first needed, and once for all servers of
 * a process: a node uses few of its endpoints, and a command that makes a node of itself only one.
 */
export function compilers (app: FastifyInstance): void {
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler(serializer)
}

const validator = whenNeeded(TypeBoxValidatorCompiler)
const serializer = whenNeeded(serializers()() as FastifySerializerCompiler<unknown>)

type Compiled = (...args: never[]) => unknown

function whenNeeded<Route extends { schema?: unknown }, Checks extends Compiled> (compile: (route: Route) => Checks): (route: Route) => Checks {
  const compiled = new WeakMap<object, Checks>()
  return route => {
    const schema = route.schema as object
    return ((...args) => {
      const known = compiled.get(schema) ?? compile(route)
      compiled.set(schema, known)
      return known(...args)
    }) as Checks
  }
}
