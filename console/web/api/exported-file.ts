import { failureOf } from '../../../shared/api/client.ts'
import { type ExportFormat, exportedFilePaths } from '../../../shared/api/exports.ts'
import { AppError } from '../../../shared/errors.ts'
import { saveFile } from '../files/save-file.ts'
import { readToken } from './session.ts'

/** Gives a person an issue (its ref) or a newsletter (its address) as a file. @throws AppError */
export async function saveExported (what: 'issue' | 'newsletter', name: string, format: ExportFormat): Promise<void> {
  const path = exportedFilePaths[what].replace(/:(?:issue|newsletter)/, encodeURIComponent(name)).replace(':format', format)
  const response = await fetch(path, { headers: { authorization: `Bearer ${readToken() ?? ''}` } }).catch((cause: unknown) => {
    throw new AppError('NODE_UNREACHABLE', 'The node does not answer.', { cause })
  })
  if (!response.ok) throw failureOf(response.status, await response.json().catch(() => null))
  const [, encoded = 'newsletter'] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '') ?? []
  const bytes = await response.arrayBuffer().catch((cause: unknown) => {
    throw new AppError('NOT_COMPLETE', 'The file broke off while it was made.', { cause })
  })
  saveFile(decodeURIComponent(encoded), response.headers.get('content-type') ?? '', new Uint8Array(bytes))
}
