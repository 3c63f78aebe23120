import Hypercore, { type Manifest } from 'hypercore'
import Hyperdrive from 'hyperdrive'
import { AppError } from '../errors.ts'

/** Key of the core that holds the bytes of a drive. @throws AppError BAD_FORMAT */
export function blobsKeyOf (index: Manifest, key: Uint8Array): Uint8Array {
  try {
    const manifest = Hyperdrive.getContentManifest(index, key)
    if (manifest) return Hypercore.key(manifest)
  } catch {
    // Told below, as well as a manifest that Hyperdrive does not know.
  }
  throw new AppError('BAD_FORMAT', 'A writer\'s drive is of a kind that Colporteur does not write.')
}
