import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Verification } from '../../shared/api/issues.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { parseAddress } from '../../shared/format/address.ts'
import { type IssueManifest, readManifest } from '../../shared/format/issue.ts'
import { MANIFEST_BYTES, ROOT_CHAIN_DOCUMENTS } from '../../shared/format/limits.ts'
import { type RootChainFiles, rootChainSteps } from '../../shared/format/root-chain.ts'
import { inSteps } from '../../shared/in-steps.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { MANIFEST, SIGNATURE } from '../following/issue-record.ts'
import { checkManifest, writerOf } from './issue-manifest.ts'
import { checkParts, type PartSource } from './issue-parts.ts'
import { partsCheck, signatureChecks, verification } from './verify-issue.ts'

/**
 * Checks an exported issue from nothing but its files: no node, no network.
 *
 * @param expected address that the reader trusts; null: the one that the issue names, which then has to be compared by eye
 * @throws AppError BAD_SOURCE when the folder holds no exported issue
 */
export async function verifyFolder (folder: string, expected: string | null): Promise<Verification> {
  const manifestBytes = await readPart(folder, MANIFEST)
  const checks: string[] = []
  const place = { newsletter: expected ?? '', id: '', writer: '', seq: null }
  let manifest: IssueManifest | null = null
  let root: KnownRoot | null = null
  try {
    const claimed = readManifest(manifestBytes)
    // In one spelling: the manifest names it bare.
    const { address } = parseAddress(expected ?? claimed.newsletter)
    Object.assign(place, { id: claimed.id, writer: claimed.writer, newsletter: address })
    root = { chain: await inSteps(rootChainSteps(address, await readRootFolder(folder))), dispute: null }
    checks.push(`The root chain holds: root/keys has the hash in colporteur://${address}, and ${root.chain.documents.length} signed ${root.chain.documents.length === 1 ? 'document follows' : 'documents follow'} from it.`)
    manifest = checkManifest(manifestBytes, (await readPart(folder, SIGNATURE)).toString('utf8'), place, root)
    checks.push(...signatureChecks(root, claimed.writer))
    if (writerOf(root, claimed.writer).sealed) throw new AppError('SEALED', 'Its writer was sealed, and files alone do not tell whether this was written before or after. Verify it on a node that holds the newsletter.')
    const sources = new Map(await Promise.all([manifest.body, ...manifest.files].map(async ({ path }) => [path, await sourceOf(folder, path)] as const)))
    await checkParts(manifest, path => sources.get(path) ?? null)
    checks.push(partsCheck(manifest))
    return verification(place, manifest, root, checks, null)
  } catch (error) {
    if (!isAppError(error)) throw error
    return verification(place, manifest, root, checks, { code: error.code, reason: error.message })
  }
}

async function readRootFolder (folder: string): Promise<RootChainFiles> {
  const names = await readdir(join(folder, 'root')).catch(() => [] as string[]) // none: refused below
  const documents = []
  for (let number = 0; number < ROOT_CHAIN_DOCUMENTS && names.includes(`${number}.json`); number++) {
    const signatures = names.filter(name => name.startsWith(`${number}.json.`) && name.endsWith('.minisig'))
    documents.push({
      bytes: await readPart(folder, `root/${number}.json`),
      signatures: await Promise.all(signatures.map(async name => (await readPart(folder, `root/${name}`)).toString('utf8')))
    })
  }
  return { keys: await readPart(folder, 'root/keys'), documents }
}

async function readPart (folder: string, path: string): Promise<Buffer> {
  const source = await sourceOf(folder, path)
  if (!source) throw new AppError('BAD_SOURCE', `${folder} is not an exported issue: it has no ${path}.`)
  if (source.sizeBytes > MANIFEST_BYTES) throw new AppError('TOO_LARGE', `${path} is larger than the format allows.`)
  return await readFile(join(folder, path))
}

/** Null where there is no plain file; a link is followed nowhere. */
async function sourceOf (folder: string, path: string): Promise<PartSource | null> {
  const file = join(folder, path)
  const stat = await lstat(file).catch(() => null) // missing is told by the caller
  return stat?.isFile() ? { sizeBytes: stat.size, read: () => createReadStream(file) } : null
}
