import SecretStream from '@hyperswarm/secret-stream'
import { AppError } from '../errors.ts'

const MIB = 1024 * 1024
/** What comes before both sides know each other is less than a hundred bytes. */
const SETUP_BYTES = 1024
/** A smaller one is not counted: a block, and what proves it. */
const LARGE_BYTES = MIB / 4
/** So much memory large ones may take that have not come whole, over all connections; one takes up to 16 MiB. */
const MOST_BYTES = 64 * MIB

const { _onrawdata: take } = SecretStream.prototype
const known = new WeakSet<SecretStream>()
/** Who has begun first stands first. */
const unfinished = new Map<SecretStream, Buffer>()
let bytes = 0

/**
 * Bounds the memory for frames that have begun and not come whole, for which secret-stream 6 (`index.js`) sets aside as much as
 * the other side says, also before it knows who that is: when there are too many, who began first is let go of.
 */
export function limitUnfinishedFrames (): void {
  SecretStream.prototype._onrawdata = onRawData
}

function onRawData (this: SecretStream, data: Buffer): void {
  take.call(this, data)
  if (this.destroying) return forget(this)
  if (this._setup && this._len > SETUP_BYTES) return void this.destroy(new AppError('TOO_LARGE', 'A peer sends more than is needed to know it.'))
  const frame = this._message && this._message.byteLength > LARGE_BYTES ? this._message : null
  if (unfinished.get(this) === frame) return
  forget(this)
  if (frame) begin(this, frame)
}

function begin (stream: SecretStream, frame: Buffer): void {
  if (!known.has(stream)) stream.once('close', () => forget(stream))
  known.add(stream)
  unfinished.set(stream, frame)
  bytes += frame.byteLength
  if (bytes <= MOST_BYTES) return
  const first = unfinished.keys().next().value!
  forget(first)
  first.destroy(new AppError('TOO_LARGE', 'A peer sends a large message too slowly, while others do so, too.'))
}

function forget (stream: SecretStream): void {
  bytes -= unfinished.get(stream)?.byteLength ?? 0
  unfinished.delete(stream)
}
