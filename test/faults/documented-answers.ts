import type { IncomingHttpHeaders } from 'node:http'
import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import type { Endpoint } from '../../shared/api/endpoint.ts'
import { failures } from '../../shared/errors.ts'

export interface Answer { status: number, headers: IncomingHttpHeaders, text: string }

interface Described { content?: Record<string, { schema: TSchema }> }
/** As far as it is looked into here. */
export interface Contract { paths: Record<string, Record<string, { responses: Record<string, Described> }>> }

/** What the machine or the network may say, and no fault of the node. */
const NO_FAULT = [503, 504, 507]

/** What of an answer stands otherwise in the OpenAPI document; null: nothing. */
export function undocumentedIn ({ method, path }: Endpoint, { status, headers, text }: Answer, { paths }: Contract): string | null {
  const { responses } = paths[path.replace(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!
  const described = responses[status] ?? (status >= 400 ? responses.default : undefined)
  if (!described) return `the status ${status} is not documented`
  const type = headers['content-type']?.split(';', 1)[0] ?? ''
  const schema = described.content?.[type]?.schema
  if (!schema) return `${type} is not documented for the status ${status}`
  const value = parsed(text)
  const [wrong] = value === undefined ? [{ instancePath: '', message: 'is no JSON' }] : [...Value.Errors(schema, value)]
  if (wrong) return `the answer at ${wrong.instancePath} ${wrong.message}`
  return status < 400 ? null : faultOf(status, value as { code: string, status: number, type: string })
}

/** A failure is one of the table, said with its own status. */
function faultOf (status: number, { code, status: said, type }: { code: string, status: number, type: string }): string | null {
  const known: Record<string, { status: number } | undefined> = failures
  if (known[code]?.status !== status || said !== status || type !== `urn:colporteur:error:${code}`) return `${code} (${said}, ${type}) is no failure of status ${status}`
  return status >= 500 && !NO_FAULT.includes(status) ? `it failed with status ${status}` : null
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
